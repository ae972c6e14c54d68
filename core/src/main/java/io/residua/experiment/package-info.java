/**
 * Many runs as one experiment: layers fine-tuned one by one, models compared, recipes searched.
 * What is finished is not done again.
 */
@NullMarked
package io.residua.experiment;

import org.jspecify.annotations.NullMarked;
