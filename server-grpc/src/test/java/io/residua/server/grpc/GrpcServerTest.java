package io.residua.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.residua.ResiduaException;
import io.residua.UsageException;
import io.residua.model.Classifier;
import io.residua.model.Prediction;
import io.residua.server.ModelServer;
import io.residua.server.OwnKeys;
import io.residua.server.Served;
import io.residua.server.ServerConfig;
import io.residua.server.grpc.protocol.GRPCInferenceServiceGrpc;
import io.residua.server.grpc.protocol.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.residua.server.grpc.protocol.InferParameter;
import io.residua.server.grpc.protocol.InferTensorContents;
import io.residua.server.grpc.protocol.ModelInferRequest;
import io.residua.server.grpc.protocol.ModelInferRequest.InferInputTensor;
import io.residua.server.grpc.protocol.ModelInferResponse;
import io.residua.server.grpc.protocol.ServerLiveRequest;
import io.residua.server.grpc.protocol.ServerReadyRequest;
import io.residua.server.internal.v2.ExpectedAnswers;
import io.residua.server.internal.v2.PythonClients;
import io.residua.testkit.Pictures;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrpcServerTest {
  private static final byte[] PICTURE = Pictures.noise(50, 40, 8).toPng();
  private static final String KEY = "a key of enough characters";

  @TempDir private Path folder;

  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<String> log = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void closeChannels() throws InterruptedException {
    for (ManagedChannel channel : channels) {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  private ModelServer start(Consumer<ServerConfig> settings) {
    Path model = Served.write(folder.resolve("pets.safetensors"), 3);
    return Served.start(
        config -> {
          config.model(model.toString()).grpcPort(0).accessLog(log::add);
          settings.accept(config);
        });
  }

  private GRPCInferenceServiceBlockingStub client(ModelServer server) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort().orElseThrow())
            .usePlaintext()
            .build();
    channels.add(channel);
    return GRPCInferenceServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  private static ModelInferRequest.Builder request(byte[]... files) {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    for (byte[] file : files) {
      contents.addBytesContents(ByteString.copyFrom(file));
    }
    return ModelInferRequest.newBuilder()
        .setModelName("pets")
        .addInputs(
            InferInputTensor.newBuilder()
                .setName("image")
                .setDatatype("BYTES")
                .addShape(files.length)
                .setContents(contents));
  }

  private static Status.Code refusal(Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
    throw new AssertionError("it was answered");
  }

  @Test
  void picturesAsTypedContentsGetTheAnswersThatPredictGives() {
    byte[] other = Pictures.noise(40, 50, 9).toPng();
    Path model = Served.write(folder.resolve("pets.safetensors"), 3);
    try (ModelServer server = start(config -> {});
        Classifier classifier = Classifier.load(model, Served.OPTIONS)) {
      ModelInferResponse response = client(server).modelInfer(request(PICTURE, other).build());
      assertThat(response.getOutputs(0).getName()).isEqualTo("probabilities");
      assertThat(response.getOutputs(0).getShapeList()).containsExactly(2L, 4L);
      ByteBuffer found =
          response.getRawOutputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      for (Prediction right :
          List.of(
              classifier.predict(Pictures.noise(50, 40, 8)),
              classifier.predict(Pictures.noise(40, 50, 9)))) {
        for (double probability : right.probabilities()) {
          assertThat((double) found.getFloat()).isCloseTo(probability, within(1e-4));
        }
      }
    }
    assertThat(log).hasSize(1);
    assertThat(log.get(0))
        .contains("\"method\":\"gRPC\"", "/inference.GRPCInferenceService/ModelInfer")
        .contains("\"status\":200", "\"pictures\":2", "\"model\":\"pets\"");
  }

  @Test
  void tritonclientGetsTheAnswersThatPredictGives() throws Exception {
    Path python = PythonClients.program("python");
    Path expected = ExpectedAnswers.write(folder);
    try (ModelServer server =
        Served.start(config -> config.model(folder.resolve("models").toString()).grpcPort(0))) {
      String said =
          PythonClients.run(
              folder,
              python,
              PythonClients.script("grpc_clients.py"),
              "127.0.0.1:" + server.grpcPort().orElseThrow(),
              expected.toString());
      assertThat(said).containsPattern("[0-9]{2,3} checks passed");
    }
  }

  @Test
  void whatIsWrongHasTheStatusThatClientsKnow() {
    try (ModelServer server = start(config -> config.maxPictures(2))) {
      GRPCInferenceServiceBlockingStub client = client(server);
      assertThat(refusal(() -> client.modelInfer(request(new byte[] {1}).build())))
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(refusal(() -> client.modelInfer(ModelInferRequest.getDefaultInstance())))
          .isEqualTo(Status.Code.NOT_FOUND);
      assertThat(refusal(() -> client.modelInfer(request(PICTURE, PICTURE, PICTURE).build())))
          .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      ModelInferRequest.Builder twoShapes = request(PICTURE);
      twoShapes.getInputsBuilder(0).clearShape().addShape(2);
      assertThat(refusal(() -> client.modelInfer(twoShapes.build())))
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
      ModelInferRequest.Builder rawToo =
          request(PICTURE).addRawInputContents(ByteString.copyFrom(PICTURE));
      assertThat(refusal(() -> client.modelInfer(rawToo.build())))
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
      ModelInferRequest.Builder topText =
          request(PICTURE)
              .putParameters("top", InferParameter.newBuilder().setStringParam("2").build());
      assertThat(refusal(() -> client.modelInfer(topText.build())))
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
      ModelInferRequest.Builder hurried =
          request(PICTURE)
              .putParameters("timeout", InferParameter.newBuilder().setInt64Param(1).build());
      assertThat(refusal(() -> client.modelInfer(hurried.build())))
          .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }
  }

  @Test
  void bodiesBeyondTheLimitAreRefused() {
    try (ModelServer server = start(config -> config.maxBodyMegabytes(1))) {
      assertThat(refusal(() -> client(server).modelInfer(request(new byte[2 << 20]).build())))
          .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      long start = System.nanoTime();
      server.close();
      // The stream of such a message may stay open; nobody waits for it.
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(15));
    }
  }

  @Test
  void onlyWhoHasAKeyIsLetInButHealthIsToldToAll() throws Exception {
    Path keys = Files.writeString(folder.resolve("keys"), KEY + "\n");
    try (ModelServer server = start(config -> config.apiKeyFile(keys))) {
      GRPCInferenceServiceBlockingStub client = client(server);
      assertThat(client.serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
      assertThat(client.serverReady(ServerReadyRequest.getDefaultInstance()).getReady()).isTrue();
      assertThat(refusal(() -> client.modelInfer(request(PICTURE).build())))
          .isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(log).anyMatch(line -> line.contains("\"status\":401"));
      assertThat(
              refusal(
                  () ->
                      with(client, "x-api-key", "another key of that length")
                          .modelInfer(request(PICTURE).build())))
          .isEqualTo(Status.Code.UNAUTHENTICATED);
      for (GRPCInferenceServiceBlockingStub known :
          List.of(with(client, "authorization", "Bearer " + KEY), with(client, "x-api-key", KEY))) {
        assertThat(known.modelInfer(request(PICTURE).build()).getModelName()).isEqualTo("pets");
      }
    }
  }

  private static GRPCInferenceServiceBlockingStub with(
      GRPCInferenceServiceBlockingStub client, String header, String value) {
    Metadata metadata = new Metadata();
    metadata.put(Metadata.Key.of(header, Metadata.ASCII_STRING_MARSHALLER), value);
    return client.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  @Test
  void callsAreCountedBesideRequests() throws Exception {
    try (ModelServer server = start(config -> {})) {
      client(server).modelInfer(request(PICTURE).build());
      assertThat(Served.get(server, "/metrics").body())
          .contains(
              "residua_requests_total{model=\"pets\",route=\"/inference.GRPCInferenceService/"
                  + "ModelInfer\",status=\"200\"} 1");
    }
  }

  @Test
  void workOfAClientThatHasLeftIsDropped() throws Exception {
    Classifier.Options inFours =
        Classifier.Options.on(Served.OPTIONS.compute().withPicturesPerCall(4));
    try (ModelServer server = start(config -> config.options(inFours).batchDelayMillis(1000))) {
      CancellableContext context = Context.current().withCancellation();
      Context before = context.attach();
      try {
        ListenableFuture<ModelInferResponse> answer =
            GRPCInferenceServiceGrpc.newFutureStub(client(server).getChannel())
                .modelInfer(request(PICTURE).build());
        Thread.sleep(300); // it is there, and waits for others
        context.cancel(null);
        assertThatThrownBy(answer::get).hasMessageContaining("CANCELLED");
      } finally {
        context.detach(before);
      }
      awaitLog();
      assertThat(log.get(0)).contains("\"status\":499");
      assertThat(Served.get(server, "/metrics").body())
          .doesNotContain("residua_batch_pictures_count");
    }
  }

  private void awaitLog() throws InterruptedException {
    for (int i = 0; i < 200 && log.isEmpty(); i++) {
      Thread.sleep(50);
    }
    assertThat(log).isNotEmpty();
  }

  @Test
  void tlsIsSpokenAndNothingElse() throws Exception {
    Path store = OwnKeys.keyStore(folder, "EC");
    Path password = Files.writeString(folder.resolve("password"), OwnKeys.PASSWORD + "\n");
    KeyStore read = KeyStore.getInstance(store.toFile(), OwnKeys.PASSWORD.toCharArray());
    try (ModelServer server = start(config -> config.tlsKeyStore(store, password))) {
      assertThat(refusal(() -> client(server).modelInfer(request(PICTURE).build())))
          .isEqualTo(Status.Code.UNAVAILABLE);
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("localhost", server.grpcPort().orElseThrow())
              .sslContext(
                  GrpcSslContexts.forClient()
                      .trustManager(OwnKeys.trusting(read.getCertificate("own")))
                      .build())
              .build();
      channels.add(channel);
      assertThat(
              GRPCInferenceServiceGrpc.newBlockingStub(channel)
                  .modelInfer(request(PICTURE).build())
                  .getModelName())
          .isEqualTo("pets");
    }
  }

  @Test
  void aPortThatIsTakenIsSaid() {
    try (ModelServer server = start(config -> {})) {
      int taken = server.grpcPort().orElseThrow();
      assertThatThrownBy(() -> start(config -> config.grpcPort(taken)))
          .isInstanceOf(ResiduaException.class)
          .isNotInstanceOf(UsageException.class) // the number is right, another has it
          .hasMessageContaining("port " + taken + " for gRPC");
    }
  }
}
