package io.residua.server.internal.serving;

import io.residua.ResiduaException;
import io.residua.UsageException;
import io.residua.internal.Nearest;
import io.residua.internal.Printable;
import io.residua.internal.Text;
import io.residua.server.internal.Problem;
import io.residua.server.internal.RequestException;
import io.residua.server.internal.serving.ModelStatus.State;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The models that are served, by name and version. They come and go: by their files, and by those
 * who ask for it. A new one takes the place of an old one once it can answer; who holds the old one
 * has it until they let go.
 */
public final class Models implements AutoCloseable {
  private final List<Place> places;
  private final ModelOpener opener;
  private final Dispatcher dispatcher;
  private final Consumer<String> log;
  private final Map<Key, Slot> slots = new LinkedHashMap<>();
  private final Set<String> unloaded = new HashSet<>();

  /** One change at a time; asking for a model does not wait for it. */
  private final Object changing = new Object();

  /** Whether the names of the models are, which is before they are loaded. */
  private volatile boolean known;

  private record Key(String name, @Nullable String version) {
    static Key of(ModelSource source) {
      return new Key(source.name(), source.version());
    }
  }

  /**
   * What somebody named.
   *
   * @param isFolder whether models come and go in it
   */
  private record Place(ModelOrigin origin, boolean isFolder) {}

  /** The place of a version. */
  private static final class Slot {
    final Place place;
    final ModelSource source;

    /** Of the files that were tried last, whether they were taken or refused. */
    Fingerprint tried;

    /** Of the files at the last look. */
    Fingerprint seen;

    @Nullable ServedModel model;
    State state = State.LOADING;
    String reason = "";

    Slot(Place place, ModelSource source, Fingerprint now) {
      this.place = place;
      this.source = source;
      tried = now;
      seen = now;
    }
  }

  /**
   * @param log takes a line for every change
   */
  public Models(
      List<ModelOrigin> origins, ModelOpener opener, Dispatcher dispatcher, Consumer<String> log) {
    this.places = origins.stream().map(o -> new Place(o, o.isFolderOfModels())).toList();
    this.opener = opener;
    this.dispatcher = dispatcher;
    this.log = log;
  }

  /**
   * Loads all that there are.
   *
   * @throws ResiduaException with one line, if one that was named alone does not load, two have one
   *     name, or there is none
   */
  public void load() {
    synchronized (changing) {
      for (Place place : places) {
        place.origin().scan().forEach(source -> add(place, source));
      }
      known = true;
      for (Slot slot : slots()) {
        try {
          open(slot);
        } catch (ResiduaException e) {
          if (!slot.place.isFolder()) {
            throw e;
          }
          refuse(slot, e);
        }
      }
      if (slots().stream().noneMatch(slot -> slot.model != null)) {
        throw new UsageException(
            Text.of("%s: no model there that can be served", Printable.line(typed())));
      }
    }
  }

  private String typed() {
    return String.join(", ", places.stream().map(place -> place.origin().typed()).toList());
  }

  /**
   * Looks at the files: takes up what has changed and what is new, and lets go of what is gone from
   * a folder of models. What changes between two looks is still being written, and waits.
   */
  public void look() {
    synchronized (changing) {
      lookIntoFolders();
      for (Slot slot : slots()) {
        Fingerprint now = Fingerprint.of(slot.source.files());
        boolean settled = now.equals(slot.seen);
        slot.seen = now;
        if (settled && !now.equals(slot.tried) && !unloaded.contains(slot.source.name())) {
          tryToOpen(slot);
        }
      }
    }
  }

  private void lookIntoFolders() {
    for (Place place : places) {
      if (place.isFolder() && place.origin().isThere()) {
        lookForNew(place);
      }
    }
  }

  private void lookForNew(Place place) {
    List<ModelSource> sources;
    try {
      sources = place.origin().scan();
    } catch (ResiduaException e) {
      return; // for a moment there is no model, or it cannot be read: what is served goes on
    }
    Set<Key> keys = new HashSet<>();
    for (ModelSource source : sources) {
      Key key = Key.of(source);
      keys.add(key);
      synchronized (this) {
        slots.putIfAbsent(key, new Slot(place, source, Fingerprint.of(List.of())));
      }
    }
    for (Slot slot : slots()) {
      if (slot.place == place && !keys.contains(Key.of(slot.source))) {
        remove(slot);
        log.accept(slot.source.label() + " is gone");
      }
    }
  }

  private void tryToOpen(Slot slot) {
    try {
      open(slot);
    } catch (ResiduaException e) {
      refuse(slot, e);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      refuse(slot, new ResiduaException("it cannot be opened: " + e, e));
    }
  }

  private synchronized List<Slot> slots() {
    return List.copyOf(slots.values());
  }

  private synchronized Slot add(Place place, ModelSource source) {
    Slot slot = new Slot(place, source, Fingerprint.of(source.files()));
    if (slots.putIfAbsent(Key.of(source), slot) != null) {
      throw new UsageException(
          Text.of(
              "two models are called %s; give one another name: NAME=%s",
              source.label(), Printable.line(source.namesOrFiles())));
    }
    return slot;
  }

  /**
   * Puts what lies there now in the place of what is served, which is closed when nobody needs it.
   */
  private void open(Slot slot) {
    long start = System.nanoTime();
    slot.tried = Fingerprint.of(slot.source.files()); // before it is read, which takes a while
    ServedModel next =
        new ServedModel(
            slot.source.name(), slot.source.version(), opener.open(slot.source), dispatcher::close);
    dispatcher.open(next);
    ServedModel before;
    synchronized (this) {
      before = slot.model;
      slot.model = next;
      slot.state = State.READY;
      slot.reason = "";
    }
    if (before != null) {
      before.release();
    }
    log.accept(
        Text.of(
            "%s %s in %s s: %s, %s",
            slot.source.label(),
            before == null ? "loaded" : "replaced",
            Text.decimals((System.nanoTime() - start) / 1e9, 1),
            next.spec().architecture(),
            Text.count(next.spec().classes().size(), "class")));
  }

  private void refuse(Slot slot, ResiduaException e) {
    String reason = Printable.line(String.valueOf(e.getMessage()));
    boolean goesOn;
    synchronized (this) {
      goesOn = slot.model != null;
      slot.reason = reason;
      slot.state = goesOn ? State.READY : State.UNAVAILABLE;
    }
    log.accept(
        Text.of(
            "%s not loaded%s: %s",
            slot.source.label(), goesOn ? ", the one before goes on" : "", reason));
  }

  /**
   * Holds a model, to be released.
   *
   * @param version null for the newest
   * @throws RequestException if there is none of that name, or it is not ready
   */
  public ServedModel acquire(String name, @Nullable String version) {
    synchronized (this) {
      List<Slot> wanted =
          ofName(name).stream()
              .filter(s -> version == null || version.equals(s.source.version()))
              .toList();
      if (wanted.isEmpty()) {
        throw new RequestException(
            404,
            Text.of(
                "%s has no version '%s'", name, Printable.shortened(String.valueOf(version), 64)));
      }
      for (int i = wanted.size() - 1; i >= 0; i--) {
        ServedModel model = wanted.get(i).model;
        if (model != null && model.hold()) {
          return model;
        }
      }
      Slot last = wanted.get(wanted.size() - 1);
      throw new RequestException(
          Problem.busy(
              last.state == State.LOADING
                  ? last.source.label() + " is being loaded"
                  : last.source.label() + " is not available",
              1));
    }
  }

  /**
   * Opens all versions of a model that was unloaded, or has come to a folder of models since; what
   * is served is opened again from its files, beside itself, and then takes its own place.
   *
   * @throws RequestException if there is none of that name, or one does not load; what was served
   *     before goes on
   */
  public void load(String name) {
    synchronized (changing) {
      lookIntoFolders();
      List<Slot> slots = ofName(name);
      unloaded.remove(name);
      slots.forEach(this::tryToOpen);
      for (Slot slot : slots) {
        if (!slot.reason.isEmpty()) {
          throw new RequestException(400, slot.reason);
        }
      }
    }
  }

  /**
   * Takes a model out of service until {@link #load(String)}; who holds it has it until they let
   * go.
   *
   * @throws RequestException if there is none of that name
   */
  public void unload(String name) {
    synchronized (changing) {
      List<Slot> slots = ofName(name);
      unloaded.add(name);
      for (Slot slot : slots) {
        ServedModel model;
        synchronized (this) {
          model = slot.model;
          slot.model = null;
          slot.state = State.UNAVAILABLE;
          slot.reason = "unloaded";
        }
        if (model != null) {
          model.release();
          log.accept(slot.source.label() + " unloaded");
        }
      }
    }
  }

  /** All versions, the oldest first, whenever they came. */
  private List<Slot> ofName(String name) {
    List<Slot> slots =
        slots().stream()
            .filter(slot -> slot.source.name().equals(name))
            .sorted(Comparator.comparingLong(slot -> number(slot.source.version())))
            .toList();
    if (slots.isEmpty()) {
      requireKnown();
      throw new RequestException(
          404,
          Text.of(
              "there is no model '%s'%s",
              Printable.shortened(name, 64), Nearest.meant(name, names())));
    }
    return slots;
  }

  private static long number(@Nullable String version) {
    return version == null ? 0 : Long.parseLong(version);
  }

  private void requireKnown() {
    if (!known) {
      throw new RequestException(Problem.busy("the models are being looked for", 1));
    }
  }

  /**
   * The only name there is; empty where there are several.
   *
   * @throws RequestException if they are not known yet
   */
  public Optional<String> onlyName() {
    requireKnown();
    List<String> names = names();
    return names.size() == 1 ? Optional.of(names.get(0)) : Optional.empty();
  }

  /** All names, sorted. */
  public synchronized List<String> names() {
    Set<String> names = new TreeSet<>();
    slots.keySet().forEach(key -> names.add(key.name()));
    return List.copyOf(names);
  }

  /** All versions of all models that answer now, in the order of {@link #index}. */
  public List<ModelStatus> ready() {
    return index().stream().filter(model -> model.state() == State.READY).toList();
  }

  /** All versions of all models, by name, then the oldest version first. */
  public synchronized List<ModelStatus> index() {
    return slots.values().stream()
        .map(s -> new ModelStatus(s.source.name(), s.source.version(), s.state, s.reason))
        .sorted(Comparator.comparing(ModelStatus::name).thenComparingLong(s -> number(s.version())))
        .toList();
  }

  /** Those that answer now. */
  public synchronized List<ServedModel> served() {
    return slots.values().stream().map(s -> s.model).filter(Objects::nonNull).toList();
  }

  /** Pictures of a model that wait. */
  public int queued(ServedModel model) {
    return dispatcher.queued(model);
  }

  @Override
  public void close() {
    synchronized (changing) {
      for (Slot slot : slots()) {
        remove(slot);
      }
    }
  }

  private void remove(Slot slot) {
    ServedModel model;
    synchronized (this) {
      slots.remove(Key.of(slot.source));
      model = slot.model;
      slot.model = null;
    }
    if (model != null) {
      model.release();
    }
  }
}
