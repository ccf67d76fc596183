package bourse.bench.rung;

/**
 * What one run says of its planted slow-down.
 *
 * @param foundNs median over the slices with the plant: time of an order there minus the mean of the slices before and behind it, ns
 * @param errorNs half of the interval that holds the median 95 times of 100, ns
 * @param slices  with the plant
 * @param fault   why there is no reading; null = there is one
 */
public record PlantReading(String name, double foundNs, double errorNs, int slices, String fault) {
    static PlantReading failed(final String name, final String fault) {
        return new PlantReading(name, 0, 0, 0, fault);
    }
}
