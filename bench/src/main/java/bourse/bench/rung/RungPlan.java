package bourse.bench.rung;

import java.util.Map;

/**
 * How each rung is measured.
 *
 * @param stream       file of the recorded stream
 * @param directory    scratch of this process: a venue that finds another one's data there goes on with it
 * @param prefix       commands of the verification
 * @param warmUpMs     closed loop, not counted
 * @param throughputMs closed loop
 * @param intervals    of it, each with its own rate
 * @param latencyMs    open loop
 * @param latencyRate  orders per second of the open loop; a rung that reaches less than twice that is paced at half of what it reaches
 * @param kneeSteps    rates from a tenth of the throughput up to it; 0 = none
 * @param kneeMs       of each
 * @param plants       planted slow-downs by rung: of these only {@link PlantReading}s are taken
 * @param profile      folder of profiles; null = none
 * @param deployed     a venue for the {@code grpc-*} rungs; null = venues of our own
 * @param settings     configuration of our own venues, over what the rungs need
 */
public record RungPlan(String stream, String directory, int prefix, long warmUpMs, long throughputMs, int intervals, long latencyMs,
                       long latencyRate, int kneeSteps, long kneeMs, Map<String, Plant> plants, String profile, Deployed deployed,
                       Map<String, String> settings) {
    private static final long START_MS = 1_700;
    /** A gRPC rung, its venue and its client reach 0.48 million orders/s after 2.4 s, 0.55 to 0.73 after 4.8 s, 1.0 to 1.1 after 7.2 s (grpc-tls, two cores). */
    private static final long COLD_MS = 4_800;

    /**
     * Somebody else's venue.
     *
     * @param address   of order entry
     * @param admin     of its administration
     * @param token     that may trade, read and administer
     * @param authority PEM of who signed its certificate; null = it is not encrypted
     */
    public record Deployed(String address, String admin, String token, String authority) {
    }

    /** Another scratch directory. */
    public RungPlan in(final String newDirectory) {
        return new RungPlan(stream, newDirectory, prefix, warmUpMs, throughputMs, intervals, latencyMs, latencyRate, kneeSteps, kneeMs,
                plants, profile, deployed, settings);
    }

    /** Of that stream. */
    public RungPlan of(final String newStream) {
        return new RungPlan(newStream, directory, prefix, warmUpMs, throughputMs, intervals, latencyMs, latencyRate, kneeSteps, kneeMs,
                plants, profile, deployed, settings);
    }

    /** With these slow-downs, and without steps and profiles. */
    public RungPlan planting(final Map<String, Plant> newPlants) {
        return new RungPlan(stream, directory, prefix, warmUpMs, PlantSlices.LONGEST_MS, 1, 0, latencyRate, 0, 0, newPlants, null, deployed,
                settings);
    }

    /** With venues of other settings, and without steps and profiles. */
    public RungPlan with(final Map<String, String> newSettings) {
        return new RungPlan(stream, directory, prefix, warmUpMs, throughputMs, intervals, latencyMs, latencyRate, 0, 0, plants, null, deployed,
                newSettings);
    }

    /** Before a rung is measured. @param isCold first of its process, with much code to warm */
    long warmUpMs(final boolean isCold) {
        return isCold ? Math.clamp(COLD_MS, 2 * warmUpMs, 5 * warmUpMs) : warmUpMs;
    }

    /** What a rung takes when nothing goes wrong, its start included. @param isCold first of its process, with much code to warm */
    public long expectedMs(final boolean isCold) {
        final long profiles = profile == null ? 0 : RungProfiles.EVENTS.size() * profileMs();
        return START_MS + warmUpMs(isCold) + throughputMs + latencyMs + kneeSteps * kneeMs + profiles;
    }

    /** Of each kind of profile. */
    long profileMs() {
        return Math.clamp(throughputMs, 1_000, 2_000);
    }

    Plant plant(final String rung) {
        return plants.getOrDefault(rung, Plant.NONE);
    }
}
