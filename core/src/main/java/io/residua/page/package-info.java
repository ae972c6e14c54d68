/** What people look at: pages, charts and tables as text; knows nothing of what they show. */
@NullMarked
package io.residua.page;

import org.jspecify.annotations.NullMarked;
