/** The command line: one command a file, no logic of its own. */
@NullMarked
package io.residua.cli;

import org.jspecify.annotations.NullMarked;
