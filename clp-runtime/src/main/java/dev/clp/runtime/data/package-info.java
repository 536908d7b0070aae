/**
 * Examples from files: JSON Lines with mapped fields, split for training, calibration and
 * evaluation.
 */
package dev.clp.runtime.data;
