/** HTTP: connections, limits, who may ask, routes, the access log. */
@NullMarked
package io.residua.server.internal.http;

import org.jspecify.annotations.NullMarked;
