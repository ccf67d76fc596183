package bourse.bench.lab;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * What a technique brings.
 *
 * @param variants the plain way first
 * @param fault    null = it was measured
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TechniqueResult(String name, String what, List<VariantResult> variants, String fault) {
    /**
     * One way.
     *
     * @param nsPerOperation     median of the samples; the smallest and the largest beside it
     * @param heldBytes          memory that it keeps, on the heap and outside; {@code bytesPerOperation} is what it allocates and gives back
     * @param cpuNsPerOperation  of all threads that do it
     * @param gain               time of the plain way by this one's: median of the samples' own ratios, smallest, largest
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record VariantResult(String name, double nsPerOperation, double nsMin, double nsMax, long operationsPerSecond, double bytesPerOperation, long heldBytes,
                                double cpuNsPerOperation, double gain, double gainMin, double gainMax) {
    }
}
