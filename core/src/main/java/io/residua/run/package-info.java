/**
 * What a run leaves and others read: the layout of its folder, its metrics, its history and where
 * its model comes from. Each has one writer and one reader, which share a type.
 */
@NullMarked
package io.residua.run;

import org.jspecify.annotations.NullMarked;
