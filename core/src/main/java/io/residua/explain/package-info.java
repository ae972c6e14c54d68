/**
 * Why a classifier answers as it does: Grad-CAM, which training pictures look most alike to its
 * network, and a plane in which its features can be looked at.
 */
@NullMarked
package io.residua.explain;

import org.jspecify.annotations.NullMarked;
