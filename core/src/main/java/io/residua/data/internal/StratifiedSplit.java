package io.residua.data.internal;

import io.residua.data.DataException;
import io.residua.data.ImageDataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Seeded splits that keep the classes' shares and never divide a group. The outcome depends only on
 * labels, groups, size and seed, so it is the same on every machine.
 */
public final class StratifiedSplit {
  private StratifiedSplit() {}

  /** A group of samples that stay together. */
  private record Group(int[] members, int[] countsByClass) {}

  /**
   * Chooses a held-out side. Each class gives its share of the whole, rounded so that the total is
   * exact (largest remainders), at least one picture and never all; where groups of several
   * pictures make that impossible, the nearest smaller number.
   *
   * @param data the samples to divide
   * @param groups a group number for each sample, see {@link Grouping}
   * @param size how much is held out
   * @return for each sample whether it is held out
   * @throws DataException if a class has too few pictures, or all of them in one group
   */
  public static boolean[] holdOut(ImageDataset data, int[] groups, SplitSize size, long seed) {
    boolean[] heldOut = new boolean[data.size()];
    int wanted = size.of(data.size());
    if (size instanceof SplitSize.None) {
      return heldOut;
    }
    if (wanted >= data.size()) {
      throw new DataException(
          "a split of " + size.text() + " leaves nothing of " + data.size() + " pictures");
    }
    int[] counts = data.countsByClass();
    int[] targets = targets(counts, wanted);
    List<Group> shuffled = shuffledGroups(data, groups, seed);
    int[] taken = new int[counts.length];
    for (Group group : shuffled) {
      if (fits(group, taken, targets)) {
        take(group, taken, heldOut);
      }
    }
    // A class whose groups are all larger than its target gives its smallest group.
    for (int c = 0; c < counts.length; c++) {
      if (taken[c] == 0 && counts[c] > 0) {
        take(smallestGroup(shuffled, c, taken, counts, data.classes().get(c)), taken, heldOut);
      }
    }
    return heldOut;
  }

  /**
   * Deals the samples out to folds of nearly equal size and class shares.
   *
   * @param folds how many, at least 2
   * @return for each sample its fold, 0..folds-1
   * @throws DataException if a class has fewer groups than there are folds
   */
  public static int[] folds(ImageDataset data, int[] groups, int folds, long seed) {
    if (folds < 2) {
      throw new IllegalArgumentException("cross-validation needs at least 2 folds, not " + folds);
    }
    List<Group> order = shuffledGroups(data, groups, seed);
    int[] groupsOfClass = new int[data.classes().size()];
    for (Group group : order) {
      for (int c = 0; c < groupsOfClass.length; c++) {
        groupsOfClass[c] += group.countsByClass()[c] > 0 ? 1 : 0;
      }
    }
    int[] counts = data.countsByClass();
    for (int c = 0; c < groupsOfClass.length; c++) {
      if (counts[c] > 0 && groupsOfClass[c] < folds) {
        throw new DataException(
            "class '"
                + data.classes().get(c)
                + "' has only "
                + groupsOfClass[c]
                + " independent pictures, too few for "
                + folds
                + " folds");
      }
    }
    order.sort(Comparator.comparingInt((Group g) -> -g.members().length));
    int[][] perFold = new int[folds][counts.length];
    int[] totals = new int[folds];
    int[] result = new int[data.size()];
    for (Group group : order) {
      int best = 0;
      long bestLoad = Long.MAX_VALUE;
      for (int f = 0; f < folds; f++) {
        long load = 0;
        for (int c = 0; c < counts.length; c++) {
          load += (long) group.countsByClass()[c] * perFold[f][c];
        }
        load = load * data.size() + totals[f];
        if (load < bestLoad) {
          bestLoad = load;
          best = f;
        }
      }
      for (int member : group.members()) {
        result[member] = best;
      }
      for (int c = 0; c < counts.length; c++) {
        perFold[best][c] += group.countsByClass()[c];
      }
      totals[best] += group.members().length;
    }
    return result;
  }

  /** Shares of {@code wanted} in proportion to the counts: largest remainders, 1 to count-1. */
  private static int[] targets(int[] counts, int wanted) {
    int total = Arrays.stream(counts).sum();
    int[] targets = new int[counts.length];
    Integer[] byRemainder = new Integer[counts.length];
    int given = 0;
    for (int c = 0; c < counts.length; c++) {
      targets[c] = (int) ((long) wanted * counts[c] / total);
      given += targets[c];
      byRemainder[c] = c;
    }
    Arrays.sort(byRemainder, Comparator.comparingLong(c -> -((long) wanted * counts[c] % total)));
    for (int i = 0; given < wanted && i < counts.length; i++, given++) {
      targets[byRemainder[i]]++;
    }
    for (int c = 0; c < counts.length; c++) {
      targets[c] = counts[c] < 2 ? 0 : Math.max(1, Math.min(targets[c], counts[c] - 1));
    }
    return targets;
  }

  private static List<Group> shuffledGroups(ImageDataset data, int[] groups, long seed) {
    if (groups.length != data.size()) {
      throw new IllegalArgumentException(groups.length + " groups for " + data.size() + " samples");
    }
    Map<Integer, List<Integer>> members = new HashMap<>();
    List<List<Integer>> inOrder = new ArrayList<>();
    for (int i = 0; i < groups.length; i++) {
      List<Integer> list = members.get(groups[i]);
      if (list == null) {
        list = new ArrayList<>(1);
        members.put(groups[i], list);
        inOrder.add(list);
      }
      list.add(i);
    }
    // java.util.Random: its sequence is part of its specification.
    Random random = new Random(seed);
    for (int i = inOrder.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      List<Integer> swap = inOrder.get(i);
      inOrder.set(i, inOrder.get(j));
      inOrder.set(j, swap);
    }
    List<Group> result = new ArrayList<>(inOrder.size());
    for (List<Integer> list : inOrder) {
      int[] counts = new int[data.classes().size()];
      list.forEach(i -> counts[data.samples().get(i).label()]++);
      result.add(new Group(list.stream().mapToInt(i -> i).toArray(), counts));
    }
    return result;
  }

  private static boolean fits(Group group, int[] taken, int[] targets) {
    for (int c = 0; c < targets.length; c++) {
      int count = group.countsByClass()[c];
      if (count > 0 && taken[c] + count > targets[c]) {
        return false;
      }
    }
    return true;
  }

  private static void take(Group group, int[] taken, boolean[] heldOut) {
    for (int member : group.members()) {
      heldOut[member] = true;
    }
    for (int c = 0; c < taken.length; c++) {
      taken[c] += group.countsByClass()[c];
    }
  }

  private static Group smallestGroup(
      List<Group> groups, int c, int[] taken, int[] counts, String name) {
    int[] allButOne = Arrays.stream(counts).map(n -> n - 1).toArray();
    return groups.stream()
        .filter(g -> g.countsByClass()[c] > 0 && fits(g, taken, allButOne))
        .min(Comparator.comparingInt(g -> g.members().length))
        .orElseThrow(
            () ->
                new DataException(
                    "class '"
                        + name
                        + (counts[c] == 1
                            ? "' has only one picture and cannot be divided"
                            : "': all "
                                + counts[c]
                                + " pictures look so alike that they are taken for near-duplicates,"
                                + " which stay on one side of the split; an inspection lists the"
                                + " pairs")));
  }
}
