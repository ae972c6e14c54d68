package io.residua.data.inspect.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SignatureIndexTest {
  private static final int LENGTH = Signature.LENGTH;
  private static final int STORED = 600;
  private static final int UNUSABLE = 5;

  private final Random random = new Random(3);

  private record Hit(int query, int symmetry, int id, float cosine) {}

  @Test
  void findsExactlyWhatAPlainLookAtEachStoredSignatureFinds() {
    float[] vectors = new float[STORED * LENGTH];
    for (int i = 0; i < STORED; i++) {
      float[] flipped = new float[LENGTH];
      // Half of them are flipped and somewhat changed copies of others.
      boolean copy = i % 2 == 1;
      float[] source = copy ? at(vectors, i - 1) : new float[LENGTH];
      Signature.flip(changed(source, copy ? 0.4f : 1), random.nextInt(8), flipped);
      System.arraycopy(flipped, 0, vectors, i * LENGTH, LENGTH);
    }
    boolean[] usable = new boolean[STORED];
    Arrays.fill(usable, true);
    usable[UNUSABLE] = false;
    List<SymmetricQuery> queries = new ArrayList<>();
    for (int i = 0; i < STORED; i++) {
      queries.add(new SymmetricQuery(i, at(vectors, i), 8));
      queries.add(new SymmetricQuery(i, changed(at(vectors, i), 0.2f), 4));
    }
    SignatureIndex index = new SignatureIndex(vectors, usable);
    List<Hit> found = new ArrayList<>();
    index.lookUp(queries, (q, symmetry, id, cosine) -> found.add(new Hit(q, symmetry, id, cosine)));
    List<Hit> expected = plainly(index, vectors, queries);
    assertThat(expected).hasSizeGreaterThan(500);
    assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
  }

  private static List<Hit> plainly(
      SignatureIndex index, float[] vectors, List<SymmetricQuery> queries) {
    List<Hit> hits = new ArrayList<>();
    float[] flipped = new float[LENGTH];
    for (int q = 0; q < queries.size(); q++) {
      SymmetricQuery query = queries.get(q);
      for (int symmetry = 0; symmetry < query.symmetries(); symmetry++) {
        Signature.flip(query.signature(), symmetry, flipped);
        for (int id = 0; id < STORED; id++) {
          float[] stored = at(vectors, id);
          long apart = Signature.signs(flipped) ^ Signature.signs(stored);
          float cosine = Signature.dot(flipped, 0, stored, 0, LENGTH);
          if (id != query.picture()
              && id != UNUSABLE
              && index.meets(apart)
              && Long.bitCount(apart) <= SignatureIndex.MAX_SIGNS_APART
              && cosine >= SignatureIndex.MIN_COSINE) {
            hits.add(new Hit(q, symmetry, id, cosine));
          }
        }
      }
    }
    return hits;
  }

  private static float[] at(float[] vectors, int i) {
    return Arrays.copyOfRange(vectors, i * LENGTH, (i + 1) * LENGTH);
  }

  /** With noise of this length added to it, of length 1; some places are 0. */
  private float[] changed(float[] signature, float noise) {
    float[] changed = signature.clone();
    double square = 0;
    for (int i = 0; i < LENGTH; i++) {
      changed[i] += noise * (float) (random.nextGaussian() / Math.sqrt(LENGTH));
      changed[i] = random.nextInt(20) == 0 ? 0 : changed[i];
      square += changed[i] * changed[i];
    }
    for (int i = 0; i < LENGTH; i++) {
      changed[i] /= (float) Math.sqrt(square);
    }
    return changed;
  }
}
