/** Recipe, freeze plan, losses, optimizers, the training loop. */
@NullMarked
package io.residua.train;

import org.jspecify.annotations.NullMarked;
