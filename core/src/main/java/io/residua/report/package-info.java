/**
 * A finished run as one page for people: numbers with intervals, warnings, charts and pictures; and
 * several runs side by side. Reads what a run has written, whatever made it.
 */
@NullMarked
package io.residua.report;

import org.jspecify.annotations.NullMarked;
