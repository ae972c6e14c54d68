/** What the server is made of; may change with any release. */
@NullMarked
package io.residua.server.internal;

import org.jspecify.annotations.NullMarked;
