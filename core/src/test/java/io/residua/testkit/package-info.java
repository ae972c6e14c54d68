/** What tests of several rooms and modules need: pictures, networks, runs, and who is told. */
@NullMarked
package io.residua.testkit;

import org.jspecify.annotations.NullMarked;
