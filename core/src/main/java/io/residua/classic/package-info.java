/**
 * Classifiers of classic machine learning on frozen features: standard scaling, support vector
 * machines, logistic regression, k nearest neighbours, and the grid search that chooses among them.
 *
 * <p>Answers are scikit-learn's.
 */
@NullMarked
package io.residua.classic;

import org.jspecify.annotations.NullMarked;
