package dev.clp.plugins.samplers.adaptive;

/**
 * What the adaptive samplers' options have in common.
 *
 * @param divisions steps from weight 0 to weight 1
 * @param klSlices slices of the experiment's KL range, if it is one
 * @param exploration the share of draws that are uniform over the arms
 * @param stepSize how far an observation moves an arm's averages, as a fraction of the way
 */
record GridOfArms(int divisions, int klSlices, double exploration, double stepSize) {}
