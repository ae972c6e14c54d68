/**
 * Labelled sets of pictures: class folders and other layouts, splits and their manifests, the
 * mapping of a set's classes to a model's. Opening a set lists names; pixels are read later.
 */
@NullMarked
package io.residua.data;

import org.jspecify.annotations.NullMarked;
