/** What every room shares: the exception that carries one clear line for the user, and progress. */
@NullMarked
package io.residua;

import org.jspecify.annotations.NullMarked;
