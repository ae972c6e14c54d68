package io.residua.model.internal;

import io.residua.Progress;
import io.residua.data.Feed;
import io.residua.data.PictureSource;
import io.residua.engine.internal.BatchSource;
import io.residua.image.ImageDecoder;
import io.residua.image.RgbImage;
import io.residua.image.TestTimeAugmentation;
import io.residua.model.Prediction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Pictures on their way through a classifier's networks. They are taken from the feed as threads
 * get free and their answers are handed on in the feed's order, so that only some batches are held
 * at a time.
 */
public final class AnswerStream<T> implements BatchSource {
  private final List<Member> members;
  private final Feed<? extends T> feed;
  private final Function<? super T, ? extends PictureSource> source;
  private final Consumer<? super Result<T>> results;
  private final Progress.Task task;
  private final int mostInFlight;
  private final ImageDecoder decoder;

  private final ReentrantLock taking = new ReentrantLock();
  private final Set<Thread> takers = new HashSet<>();
  private boolean ended;

  private final Object order = new Object();
  private final Deque<Pictures> inFlight = new ArrayDeque<>();
  private boolean broken;
  private volatile boolean stopped;

  /**
   * What came of one picture.
   *
   * @param prediction null if it could not be read
   * @param problem why, one line; null if it could
   */
  public record Result<T>(T picture, @Nullable Prediction prediction, @Nullable String problem) {}

  /**
   * @param results called in the feed's order and by one thread at a time
   * @param threads how many compute
   */
  public AnswerStream(
      List<Member> members,
      Feed<? extends T> feed,
      Function<? super T, ? extends PictureSource> source,
      Consumer<? super Result<T>> results,
      Progress.Task task,
      int threads) {
    this.members = members;
    this.feed = feed;
    this.source = source;
    this.results = results;
    this.task = task;
    this.decoder = ImageDecoder.of(members.stream().map(Member::preprocessing).toList());
    this.mostInFlight = 16 + 4 * threads;
  }

  @Override
  public @Nullable Batch next(int[] perCall) {
    Thread thread = Thread.currentThread();
    synchronized (takers) {
      if (stopped) {
        return null;
      }
      takers.add(thread);
    }
    try {
      taking.lockInterruptibly();
      try {
        return awaitRoom() ? take(most(perCall)) : null;
      } finally {
        taking.unlock();
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      return null;
    } finally {
      synchronized (takers) {
        takers.remove(thread);
        if (stopped) {
          Thread.interrupted(); // by stop(), which has done its work
        }
      }
    }
  }

  /** So many pictures that their views fill whole calls. */
  private int most(int[] perCall) {
    int most = 1;
    for (int n = 0; n < perCall.length; n++) {
      most = Math.max(most, perCall[n] / gcd(perCall[n], views(n)));
    }
    return most;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  private int views(int network) {
    return members.get(network).augmentation().views();
  }

  /** Waits until few enough batches are held; false if the work has ended early. */
  private boolean awaitRoom() throws InterruptedException {
    synchronized (order) {
      while (inFlight.size() >= mostInFlight && !stopped) {
        order.wait();
      }
      return !stopped;
    }
  }

  private @Nullable Pictures take(int most) {
    List<T> taken = new ArrayList<>();
    while (!ended && taken.size() < most && (taken.isEmpty() || feed.ready())) {
      T next = feed.next();
      if (next == null) {
        ended = true;
      } else {
        taken.add(next);
      }
    }
    if (taken.isEmpty()) {
      return null;
    }
    Pictures pictures = new Pictures(taken);
    synchronized (order) {
      inFlight.add(pictures);
    }
    return pictures;
  }

  @Override
  public void stop() {
    synchronized (takers) {
      stopped = true;
      takers.forEach(Thread::interrupt);
    }
    synchronized (order) {
      order.notifyAll();
    }
  }

  /** Hands on what is finished, up to the first picture that is not. */
  private void handOn() {
    synchronized (order) {
      while (!broken && !inFlight.isEmpty() && inFlight.element().finished) {
        broken = true; // unless all goes well: nothing may follow a gap
        Pictures first = inFlight.remove();
        for (int p = 0; p < first.pictures.size(); p++) {
          results.accept(first.result(p));
        }
        task.advance(first.pictures.size());
        broken = false;
      }
      order.notifyAll();
    }
  }

  /** Some pictures that one thread takes together. */
  private final class Pictures implements Batch {
    private final List<T> pictures;
    private final List<List<Prediction>> answers = new ArrayList<>();
    private final @Nullable String[] problems;
    private @Nullable RgbImage image;
    private int imageOf = -1;
    private boolean finished;

    Pictures(List<T> pictures) {
      this.pictures = pictures;
      this.problems = new String[pictures.size()];
      pictures.forEach(p -> answers.add(new ArrayList<>(1)));
    }

    @Override
    public int inputs(int network) {
      return pictures.size() * views(network);
    }

    @Override
    public boolean load(int network, int input, float[] target, int offset) {
      int picture = input / views(network);
      if (problems[picture] != null) {
        return false;
      }
      problems[picture] =
          PictureLoader.problem(() -> load(members.get(network), picture, input, target, offset));
      return problems[picture] == null;
    }

    private void load(Member member, int picture, int input, float[] target, int offset) {
      PictureSource file = source.apply(pictures.get(picture));
      TestTimeAugmentation augmentation = member.augmentation();
      if (augmentation == TestTimeAugmentation.NONE) {
        file.load(decoder, member.preprocessing(), target, offset);
        return;
      }
      if (image == null || imageOf != picture) {
        image = file.read(decoder);
        imageOf = picture;
      }
      int view = input % augmentation.views();
      PictureLoader.loadView(
          file, image, member.preprocessing(), augmentation, view, target, offset);
    }

    @Override
    public void accept(int network, int input, float[] output, int offset) {
      answers
          .get(input / views(network))
          .add(members.get(network).decision().prediction(output, offset));
    }

    @Override
    public void done() {
      image = null;
      synchronized (order) {
        finished = true;
      }
      handOn();
    }

    Result<T> result(int picture) {
      String problem = problems[picture];
      return new Result<>(
          pictures.get(picture),
          problem == null ? Prediction.average(answers.get(picture)) : null,
          problem);
    }
  }
}
