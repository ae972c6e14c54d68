package io.residua.data.inspect.internal;

import io.residua.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds pictures that show the same photograph: flipped, turned, somewhat cropped, brighter or
 * darker, or compressed anew; also turned or moved with what was uncovered filled up, and squashed.
 * Candidates come from an index of coarse signatures, so that the work grows little faster than the
 * number of pictures; each is then laid over the other and compared.
 */
public final class NearDuplicates {
  private static final float MIN_LEVELS = 0.85f;
  private static final float MIN_SCORE = 0.91f;

  /** Pictures of little more than one edge, such as a horizon, lie on one another too easily. */
  private static final float MIN_SCORE_OF_PLAIN = 0.98f;

  /** So do pictures that share little. */
  private static final float MIN_SCORE_OF_PART = 0.95f;

  private static final float PART = 0.65f;
  private static final float PLAIN_SPREAD = 0.08f;
  private static final float RICH_SPREAD = 0.13f;

  /** On a plain ground, subjects of one form lie on one another too easily. */
  private static final float MIN_TEXTURE = 0.65f;

  private static final float MIN_TEXTURE_ON_PLAIN = 0.76f;
  private static final float PLAIN_GROUND = 0.12f;

  /** In a row, before the other candidates are left: on a plain ground there are hundreds. */
  private static final int MOST_MISSES = 12;

  private static final float VERY_NEAR = 0.95f;

  /** Pictures that are looked up together, see {@link SignatureIndex#lookUp}. */
  private static final int BLOCK = 256;

  private static final List<View> CROPS = View.crops();
  private static final List<View> TURNS = View.turns();
  private static final ViewSignatures STORED = new ViewSignatures(List.of(View.WHOLE, View.CENTRE));
  private static final ViewSignatures OF_CROPS = new ViewSignatures(CROPS);
  private static final ViewSignatures OF_TURNS = new ViewSignatures(TURNS);

  private NearDuplicates() {}

  /**
   * Two pictures that show the same.
   *
   * @param first the smaller number
   * @param likeness 0..1
   */
  public record Pair(int first, int second, float likeness) {}

  /**
   * A candidate.
   *
   * @param other its number
   * @param view maps the other picture's square to this one's
   * @param region the part of the other picture that was found alike
   */
  private record Guess(int other, float cosine, View view, View region) {}

  /**
   * @param thumbnails null for pictures that could not be read or have no structure
   * @return pairs sorted by their numbers
   */
  public static List<Pair> find(@Nullable Thumbnail[] thumbnails, Progress progress) {
    int n = thumbnails.length;
    boolean[] usable = new boolean[n];
    float[] whole = new float[n * Signature.LENGTH];
    float[] centre = new float[n * Signature.LENGTH];
    IntStream.range(0, n)
        .parallel()
        .forEach(
            i -> {
              Thumbnail thumbnail = thumbnails[i];
              if (thumbnail != null) {
                float[] levels = thumbnail.levels();
                usable[i] = true;
                int at = i * Signature.LENGTH;
                List<float[]> both = STORED.of(levels);
                System.arraycopy(both.get(0), 0, whole, at, Signature.LENGTH);
                System.arraycopy(both.get(1), 0, centre, at, Signature.LENGTH);
              }
            });
    SignatureIndex wholes = new SignatureIndex(whole, usable);
    SignatureIndex centres = new SignatureIndex(centre, usable);
    Map<Long, Pair> pairs = new HashMap<>();
    try (Progress.Task task = progress.start("near-duplicates", n, "pictures")) {
      IntStream.range(0, (n + BLOCK - 1) / BLOCK)
          .parallel()
          .forEach(
              block -> {
                int from = block * BLOCK;
                int to = Math.min(n, from + BLOCK);
                List<Pair> found = partners(from, to, thumbnails, wholes, centres);
                synchronized (pairs) {
                  for (Pair pair : found) {
                    pairs.merge(
                        (long) pair.first() << 32 | pair.second(),
                        pair,
                        (a, b) -> a.likeness() >= b.likeness() ? a : b);
                  }
                }
                task.advance(to - from);
              });
    }
    List<Pair> sorted = new ArrayList<>(pairs.values());
    sorted.sort(Comparator.comparingInt(Pair::first).thenComparingInt(Pair::second));
    return sorted;
  }

  /** Pairs of which one is among the pictures {@code from..to-1}. */
  private static List<Pair> partners(
      int from,
      int to,
      @Nullable Thumbnail[] thumbnails,
      SignatureIndex wholes,
      SignatureIndex centres) {
    int[] pictures = IntStream.range(from, to).filter(i -> thumbnails[i] != null).toArray();
    float[][] levels =
        Arrays.stream(pictures)
            .mapToObj(i -> Objects.requireNonNull(thumbnails[i]).levels())
            .toArray(float[][]::new);
    Map<Integer, Map<Integer, Guess>> guesses = new TreeMap<>();
    lookUp(pictures, CROPS, OF_CROPS.of(levels), View.WHOLE, wholes, guesses);
    lookUp(pictures, TURNS, OF_TURNS.of(levels), View.CENTRE, centres, guesses);
    List<Pair> pairs = new ArrayList<>();
    guesses.forEach((i, ofPicture) -> pairs.addAll(confirmed(i, ofPicture.values(), thumbnails)));
    return pairs;
  }

  /** The guesses that prove right when the pictures are laid over each other. */
  private static List<Pair> confirmed(
      int i, Collection<Guess> guesses, @Nullable Thumbnail[] thumbnails) {
    List<Pair> pairs = new ArrayList<>();
    Thumbnail thumbnail = Objects.requireNonNull(thumbnails[i]);
    Planes planes = Planes.of(thumbnail);
    int misses = 0;
    for (Guess guess : nearestFirst(guesses)) {
      if (misses >= MOST_MISSES && guess.cosine() < VERY_NEAR) {
        break;
      }
      int j = guess.other();
      Thumbnail other = Objects.requireNonNull(thumbnails[j]);
      Planes others = Planes.of(other);
      // Of a turned picture the middle, as what was uncovered may hold anything; known fill may
      // not.
      boolean straight = thumbnail.unseen() != null || other.unseen() != null;
      View region = straight ? View.WHOLE : guess.region();
      Alignment alignment = Alignment.refine(planes, others, guess.view(), region);
      if (isCopy(planes, others, alignment, region)) {
        pairs.add(new Pair(Math.min(i, j), Math.max(i, j), alignment.score()));
        misses = 0;
      } else {
        misses++;
      }
    }
    return pairs;
  }

  private static List<Guess> nearestFirst(Collection<Guess> guesses) {
    List<Guess> sorted = new ArrayList<>(guesses);
    sorted.sort(
        Comparator.comparingDouble(Guess::cosine).reversed().thenComparingInt(Guess::other));
    return sorted;
  }

  private static boolean isCopy(Planes first, Planes second, Alignment alignment, View region) {
    // The least that is wanted of any pictures, before what takes longer.
    if (alignment.levels() < MIN_LEVELS || alignment.score() < MIN_SCORE) {
      return false;
    }
    float minScore = minScore(Math.min(first.spread(), second.spread()));
    if (alignment.overlap() < PART) {
      minScore = Math.max(minScore, MIN_SCORE_OF_PART);
    }
    if (alignment.score() < minScore) {
      return false;
    }
    float plainness = Math.min(first.plainness(), second.plainness());
    return alignment.texture(first, second, region) >= minTexture(plainness);
  }

  private static float minTexture(float plainness) {
    float share = Math.min(1, plainness / PLAIN_GROUND);
    return MIN_TEXTURE + share * (MIN_TEXTURE_ON_PLAIN - MIN_TEXTURE);
  }

  private static float minScore(float spread) {
    float plain = (RICH_SPREAD - spread) / (RICH_SPREAD - PLAIN_SPREAD);
    float share = Math.max(0, Math.min(1, plain));
    return MIN_SCORE + share * (MIN_SCORE_OF_PLAIN - MIN_SCORE);
  }

  /**
   * @param signatures of the views of each picture
   * @param guesses by picture and the other's number
   */
  private static void lookUp(
      int[] pictures,
      List<View> views,
      List<List<float[]>> signatures,
      View stored,
      SignatureIndex index,
      Map<Integer, Map<Integer, Guess>> guesses) {
    List<SymmetricQuery> queries = new ArrayList<>(pictures.length * views.size());
    for (int i = 0; i < pictures.length; i++) {
      for (int k = 0; k < views.size(); k++) {
        // Copies that are both turned by a right angle and cropped on one side are not looked for.
        int symmetries = views.get(k).isCentred() ? 8 : 4;
        queries.add(new SymmetricQuery(pictures[i], signatures.get(i).get(k), symmetries));
      }
    }
    View toStored = stored.inverse();
    index.lookUp(
        queries,
        (query, symmetry, j, cosine) -> {
          Map<Integer, Guess> ofPicture =
              guesses.computeIfAbsent(queries.get(query).picture(), i -> new HashMap<>());
          Guess known = ofPicture.get(j);
          if (known == null || cosine > known.cosine()) {
            View view = views.get(query % views.size()).flipped(symmetry).compose(toStored);
            ofPicture.put(j, new Guess(j, cosine, view, stored));
          }
        });
  }
}
