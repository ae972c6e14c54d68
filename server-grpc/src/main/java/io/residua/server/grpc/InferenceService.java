package io.residua.server.grpc;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.residua.internal.Build;
import io.residua.server.grpc.protocol.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import io.residua.server.grpc.protocol.ModelInferRequest;
import io.residua.server.grpc.protocol.ModelInferResponse;
import io.residua.server.grpc.protocol.ModelMetadataRequest;
import io.residua.server.grpc.protocol.ModelMetadataResponse;
import io.residua.server.grpc.protocol.ModelMetadataResponse.TensorMetadata;
import io.residua.server.grpc.protocol.ModelReadyRequest;
import io.residua.server.grpc.protocol.ModelReadyResponse;
import io.residua.server.grpc.protocol.ModelRepositoryParameter;
import io.residua.server.grpc.protocol.RepositoryIndexRequest;
import io.residua.server.grpc.protocol.RepositoryIndexResponse;
import io.residua.server.grpc.protocol.RepositoryIndexResponse.ModelIndex;
import io.residua.server.grpc.protocol.RepositoryModelLoadRequest;
import io.residua.server.grpc.protocol.RepositoryModelLoadResponse;
import io.residua.server.grpc.protocol.RepositoryModelUnloadRequest;
import io.residua.server.grpc.protocol.RepositoryModelUnloadResponse;
import io.residua.server.grpc.protocol.ServerLiveRequest;
import io.residua.server.grpc.protocol.ServerLiveResponse;
import io.residua.server.grpc.protocol.ServerMetadataRequest;
import io.residua.server.grpc.protocol.ServerMetadataResponse;
import io.residua.server.grpc.protocol.ServerReadyRequest;
import io.residua.server.grpc.protocol.ServerReadyResponse;
import io.residua.server.internal.Problem;
import io.residua.server.internal.RequestException;
import io.residua.server.internal.rpc.RpcDoor.Setting;
import io.residua.server.internal.serving.Inference;
import io.residua.server.internal.serving.ModelStatus;
import io.residua.server.internal.serving.Models;
import io.residua.server.internal.serving.ServedModel;
import io.residua.server.internal.v2.Documents;
import io.residua.server.internal.v2.InferRequest;
import io.residua.server.internal.v2.ModelInfo;
import io.residua.server.internal.v2.Question;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The protocol's methods. */
final class InferenceService extends GRPCInferenceServiceImplBase {
  private static final int UNAVAILABLE = 503;

  private final Setting setting;
  private final Calls calls;
  private final GrpcDoor.Threads threads;

  InferenceService(Setting setting, Calls calls, GrpcDoor.Threads threads) {
    this.setting = setting;
    this.calls = calls;
    this.threads = threads;
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> answer) {
    send(answer, () -> ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> answer) {
    send(
        answer,
        () -> ServerReadyResponse.newBuilder().setReady(setting.ready().getAsBoolean()).build());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> answer) {
    send(
        answer,
        () ->
            ModelReadyResponse.newBuilder()
                .setReady(isReady(request.getName(), request.getVersion()))
                .build());
  }

  private boolean isReady(String name, String version) {
    try {
      setting.models().acquire(name, orNull(version)).release();
      return true;
    } catch (RequestException e) {
      if (e.problem().status() == UNAVAILABLE) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> answer) {
    send(
        answer,
        () ->
            ServerMetadataResponse.newBuilder()
                .setName(Documents.SERVER)
                .setVersion(Build.current().version())
                .addAllExtensions(Documents.EXTENSIONS)
                .build());
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> answer) {
    send(
        answer,
        () -> {
          ServedModel model =
              setting.models().acquire(request.getName(), orNull(request.getVersion()));
          try {
            ModelInfo info = ModelInfo.of(model, setting.models());
            return ModelMetadataResponse.newBuilder()
                .setName(info.name())
                .addAllVersions(info.versions())
                .setPlatform(ModelInfo.PLATFORM)
                .addAllInputs(tensors(info.inputs()))
                .addAllOutputs(tensors(info.outputs()))
                .build();
          } finally {
            model.release();
          }
        });
  }

  private static List<TensorMetadata> tensors(List<ModelInfo.Tensor> tensors) {
    return tensors.stream()
        .map(
            t ->
                TensorMetadata.newBuilder()
                    .setName(t.name())
                    .setDatatype(t.datatype())
                    .addAllShape(t.shape())
                    .build())
        .toList();
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> answer) {
    InferCall call = calls.begin(request.getSerializedSize());
    // A client that has left is noticed by its context, and then no longer answered.
    ((ServerCallStreamObserver<ModelInferResponse>) answer).setOnCancelHandler(() -> {});
    try {
      setting.heldBytes().requireRoom();
      ServedModel model =
          setting.models().acquire(request.getModelName(), orNull(request.getModelVersion()));
      call.asks(model);
      InferRequest read = Requests.read(request, setting.inferLimits());
      Question question = Question.of(read, model, setting.inferLimits());
      Context context = Context.current();
      Inference inference =
          new Inference(
              question.pictures(),
              question.wanted(),
              deadline(call.startNanos(), read, context.getDeadline()),
              context::isCancelled);
      ScheduledFuture<?> late =
          threads
              .clock()
              .schedule(inference::expire, inference.nanosUntilLate(), TimeUnit.NANOSECONDS);
      inference
          .answer()
          .whenCompleteAsync(
              (outcomes, failure) -> {
                late.cancel(false);
                call.computed(question.pictures().size(), inference.timing());
                try {
                  if (failure != null) {
                    throw failure;
                  }
                  ModelInferResponse response = Responses.write(question.answer(outcomes));
                  answer.onNext(response);
                  call.answered(response.getSerializedSize());
                  answer.onCompleted();
                } catch (Throwable e) {
                  refuse(answer, call, e);
                }
              },
              threads.calls());
      setting.dispatcher().answer(model, inference);
    } catch (RuntimeException | Error e) {
      refuse(answer, call, e);
    }
  }

  /** The server's limit, the request's parameter or the client's deadline, whichever is first. */
  private long deadline(long startNanos, InferRequest request, @Nullable Deadline ofClient) {
    long limit = setting.limits().timeout().toNanos();
    if (request.timeoutMicros().isPresent()) {
      limit = Math.min(limit, TimeUnit.MICROSECONDS.toNanos(request.timeoutMicros().getAsLong()));
    }
    long now = System.nanoTime();
    long left = startNanos + limit - now;
    return now
        + (ofClient == null ? left : Math.min(left, ofClient.timeRemaining(TimeUnit.NANOSECONDS)));
  }

  @Override
  public void repositoryIndex(
      RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> answer) {
    send(
        answer,
        () -> {
          RepositoryIndexResponse.Builder all = RepositoryIndexResponse.newBuilder();
          Models models = setting.models();
          for (ModelStatus model : request.getReady() ? models.ready() : models.index()) {
            ModelIndex.Builder one = all.addModelsBuilder().setName(model.name());
            if (model.version() != null) {
              one.setVersion(model.version());
            }
            one.setState(model.state().name()).setReason(model.reason());
          }
          return all.build();
        });
  }

  @Override
  public void repositoryModelLoad(
      RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> answer) {
    slowly(
        answer,
        () -> {
          requireNoFiles(request.getParametersMap());
          setting.models().load(request.getModelName());
          return RepositoryModelLoadResponse.getDefaultInstance();
        });
  }

  @Override
  public void repositoryModelUnload(
      RepositoryModelUnloadRequest request, StreamObserver<RepositoryModelUnloadResponse> answer) {
    slowly(
        answer,
        () -> {
          requireNoFiles(request.getParametersMap());
          setting.models().unload(request.getModelName());
          return RepositoryModelUnloadResponse.getDefaultInstance();
        });
  }

  private static void requireNoFiles(Map<String, ModelRepositoryParameter> parameters) {
    parameters.keySet().forEach(Documents::requireNoFile);
  }

  /** Answers what takes no time worth a word. */
  private <A> void send(StreamObserver<A> answer, Supplier<A> making) {
    send(answer, calls.begin(0), making);
  }

  /** Answers what other calls must not wait for. */
  private <A> void slowly(StreamObserver<A> answer, Supplier<A> making) {
    ((ServerCallStreamObserver<A>) answer).setOnCancelHandler(() -> {});
    InferCall call = calls.begin(0);
    try {
      threads.loads().execute(() -> send(answer, call, making));
    } catch (RequestException e) {
      refuse(answer, call, e);
    }
  }

  private <A> void send(StreamObserver<A> answer, InferCall call, Supplier<A> making) {
    try {
      answer.onNext(making.get());
      call.answered(0);
      answer.onCompleted();
    } catch (RuntimeException | Error e) {
      refuse(answer, call, e);
    }
  }

  /** Tells a client why there is no answer, and no more than may leave the process. */
  private void refuse(StreamObserver<?> answer, InferCall call, Throwable thrown) {
    Problem problem = Problem.of(thrown, setting.faults());
    call.refused(problem);
    try {
      answer.onError(Statuses.of(problem).asRuntimeException());
    } catch (RuntimeException e) {
      // it was ended before, by what is told of here
    }
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
