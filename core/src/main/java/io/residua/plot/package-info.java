/** Charts as SVG pictures for people; knows nothing of what it shows. */
@NullMarked
package io.residua.plot;

import org.jspecify.annotations.NullMarked;
