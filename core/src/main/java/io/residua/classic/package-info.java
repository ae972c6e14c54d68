/**
 * Classifiers of classic machine learning on frozen features: standard scaling, support vector
 * machines, logistic regression, k nearest neighbours, and the grid search that chooses among them.
 *
 * <p>A {@link io.residua.classic.ClassicSpec} says what to fit, a {@link
 * io.residua.classic.ClassicModel} is the fitted classifier, a {@link
 * io.residua.classic.ClassicPipeline} is a model with its scaler as it is stored in a file. Answers
 * are scikit-learn's.
 */
@NullMarked
package io.residua.classic;

import org.jspecify.annotations.NullMarked;
