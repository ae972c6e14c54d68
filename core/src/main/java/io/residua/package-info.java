/**
 * Image classification with residual networks; this package has what all others share. Where to
 * start, by what is wanted:
 *
 * <ul>
 *   <li><b>Predict</b>: {@link io.residua.model.Classifier} opens a model, from a run's folder, a
 *       file or a name of the catalogue, and gives a {@link io.residua.model.Prediction} for each
 *       picture: bytes, a stream, a file or an {@link io.residua.image.RgbImage}.
 *   <li><b>Train</b>: {@link io.residua.train.Trainer} makes a {@link io.residua.train.TrainedRun}
 *       of folders of pictures and a {@link io.residua.train.Recipe}; {@link
 *       io.residua.data.inspect.Inspector} says before what is wrong with the pictures. Without
 *       training a network: {@link io.residua.features.ClassicTrainer}.
 *   <li><b>Measure</b>: {@link io.residua.data.OpenedData} opens labelled pictures, {@link
 *       io.residua.model.Classifier#evaluate Classifier.evaluate} answers them, and {@link
 *       io.residua.eval.Evaluation} has the figures with their intervals. {@link
 *       io.residua.report.RunReport} makes a page of a run, {@link io.residua.explain.GradCam}
 *       shows why an answer is as it is.
 *   <li><b>Serve</b>: a {@link io.residua.model.Classifier} is safe for many threads, so a web
 *       application keeps one; {@code io.residua.server.ModelServer}, in the module {@code
 *       io.residua.server}, is a server of its own. For other programs there are {@link
 *       io.residua.export.OnnxExport} and {@link io.residua.export.TorchExport}.
 * </ul>
 *
 * <pre>{@code
 * TrainedRun run = Trainer.create().train(Path.of("pictures"), Recipe.defaults(), Path.of("run"));
 * System.out.println(run.validation().accuracyInterval());
 * try (Classifier classifier = Classifier.load(Path.of("run"))) {
 *   System.out.println(classifier.predict(Path.of("new.jpg")).label());
 * }
 * }</pre>
 *
 * <p>What holds everywhere: {@link io.residua.engine.Compute} says what computes and by how many
 * threads; {@link io.residua.Progress} is told how far long work is and may cancel it, as an
 * interrupt of the calling thread does; what goes wrong for a user is a {@link
 * io.residua.ResiduaException} with one clear line.
 */
@NullMarked
package io.residua;

import org.jspecify.annotations.NullMarked;
