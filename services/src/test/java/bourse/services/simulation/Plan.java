package bourse.services.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Everything that a run is a function of.
 *
 * @param seed    of the network's and the clocks' chances
 * @param members 1 or 3
 * @param isPower entries are synced before they are acknowledged, and power may fail
 * @param isWild  messages from gateways to the log may be lost, repeated and overtaken
 * @param steps   in order of time
 */
record Plan(long seed, int members, int clients, boolean isPower, boolean isWild, List<Step> steps) {
    private static final int DURATION_MS = 4_000;
    private static final int MIN_TRADES = 25;
    private static final int MORE_TRADES = 35;
    private static final int MAX_BATCH = 8;
    private static final int MAX_FAULTS = 12;

    Plan {
        steps = List.copyOf(steps);
    }

    Plan withSteps(final List<Step> others) {
        return new Plan(seed, members, clients, isPower, isWild, others);
    }

    static Plan of(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + 1);
        final int members = random.nextInt(4) == 0 ? 1 : 3;
        final int clients = 2 + random.nextInt(3);
        final boolean power = random.nextInt(3) == 0;
        final boolean wild = random.nextInt(3) == 0;
        final List<Step> steps = new ArrayList<>();
        final int trades = MIN_TRADES + random.nextInt(MORE_TRADES);
        for (int i = 0; i < trades; i++) {
            steps.add(new Step(random.nextInt(DURATION_MS), Step.Kind.TRADE, random.nextInt(clients), 1 + random.nextInt(MAX_BATCH), random.nextLong()));
        }
        for (int i = 0, repeats = random.nextInt(6); i < repeats; i++) {
            steps.add(new Step(random.nextInt(DURATION_MS), Step.Kind.REPEAT, random.nextInt(clients), 1 + random.nextInt(20), random.nextLong()));
        }
        for (int i = 0, snapshots = 1 + random.nextInt(2 * members); i < snapshots; i++) {
            steps.add(new Step(random.nextInt(DURATION_MS), Step.Kind.SNAPSHOT, random.nextInt(members), 0, random.nextLong()));
        }
        for (int i = 0, faults = 1 + random.nextInt(MAX_FAULTS); i < faults; i++) {
            steps.add(fault(random, members, clients, power));
        }
        steps.sort(Comparator.comparingLong(Step::atMs));
        return new Plan(seed, members, clients, power, wild, steps);
    }

    private static Step fault(final SplittableRandom random, final int members, final int clients, final boolean power) {
        final long atMs = random.nextInt(DURATION_MS);
        final long seed = random.nextLong();
        final int member = random.nextInt(members);
        final int client = random.nextInt(clients);
        return switch (random.nextInt(19)) {
            case 0, 1 -> new Step(atMs, Step.Kind.DISCONNECT, client, 0, seed);
            case 2 -> new Step(atMs, Step.Kind.SILENCE, client, 0, seed);
            case 3 -> new Step(atMs, Step.Kind.SLOW_READER, client, 100 + random.nextInt(3_000), seed);
            case 4 -> new Step(atMs, Step.Kind.GONE, client, 0, seed);
            case 5, 6, 7 -> new Step(atMs, Step.Kind.KILL, member, 20 + random.nextInt(1_500), seed);
            case 8 -> new Step(atMs, power ? Step.Kind.POWER_LOSS : Step.Kind.KILL, member, 20 + random.nextInt(1_500), seed);
            case 9 -> new Step(atMs, members > 1 ? Step.Kind.WIPE : Step.Kind.KILL, member, 20 + random.nextInt(1_500), seed);
            case 10, 11 -> new Step(atMs, Step.Kind.GATEWAY_KILL, member, 20 + random.nextInt(800), seed);
            case 16 -> new Step(atMs, Step.Kind.FEED_KILL, member, 20 + random.nextInt(800), seed);
            case 17 -> new Step(atMs, Step.Kind.FEED_LOSS, 0, 10 + random.nextInt(500), seed);
            case 18 -> new Step(atMs, Step.Kind.FEED_JOIN, random.nextInt(2), 0, seed);
            case 12, 13 -> new Step(atMs, members > 1 ? Step.Kind.PARTITION : Step.Kind.DELAY, member, 50 + random.nextInt(2_000), seed);
            case 14 -> new Step(atMs, Step.Kind.CORRUPT_SNAPSHOT, member, 0, seed);
            default -> new Step(atMs, Step.Kind.CLOCK, member, random.nextInt(20_000) - 10_000, seed);
        };
    }

    /** What a person needs to see of it. */
    String text() {
        final StringBuilder text = new StringBuilder(256);
        text.append("seed ").append(seed).append(": ").append(members).append(members == 1 ? " member, " : " members, ").append(clients).append(" clients")
            .append(isPower ? ", synced" : "").append(isWild ? ", wild network" : "").append(", ").append(steps.size()).append(" steps\n");
        steps.forEach(step -> text.append("  ").append(step).append('\n'));
        return text.toString();
    }
}
