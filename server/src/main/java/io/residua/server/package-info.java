/** Models behind an address: a server of pictures' classes over HTTP. */
@NullMarked
package io.residua.server;

import org.jspecify.annotations.NullMarked;
