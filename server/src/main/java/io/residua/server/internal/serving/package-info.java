/** Models that are served, and the way of pictures through them: queues, decoding, batches. */
@NullMarked
package io.residua.server.internal.serving;

import org.jspecify.annotations.NullMarked;
