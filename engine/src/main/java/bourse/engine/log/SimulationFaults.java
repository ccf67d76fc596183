package bourse.engine.log;

/**
 * What a {@link SimulatedLog} does to those who use it.
 *
 * @param maxDelayNs           each submission arrives between 0 and this much later, so that they overtake each other
 * @param duplicateProbability 0..1: a submission arrives twice
 * @param maxLostFragments     fragments at the end of the event stream that a crash loses at most
 */
public record SimulationFaults(long maxDelayNs, double duplicateProbability, int maxLostFragments) {

    public SimulationFaults {
        if (maxDelayNs < 0) {
            throw new IllegalArgumentException("maxDelayNs: " + maxDelayNs + " (expected: >= 0)");
        }
        if (!(duplicateProbability >= 0 && duplicateProbability <= 1)) {
            throw new IllegalArgumentException("duplicateProbability: " + duplicateProbability + " (expected: 0..1)");
        }
        if (maxLostFragments < 0) {
            throw new IllegalArgumentException("maxLostFragments: " + maxLostFragments + " (expected: >= 0)");
        }
    }

    /** In order, at once, exactly once, nothing lost. */
    public static SimulationFaults none() {
        return new SimulationFaults(0, 0, 0);
    }
}
