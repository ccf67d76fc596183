package bourse.gateway.session;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

import bourse.gateway.refusal.RichStatus;

import io.grpc.Status;

/**
 * The engines behind a gateway, by number of their shard: one, or several that know nothing of each other. A session chooses its lane once, by
 * {@code Establish.shard}; from then on nothing asks again. Immutable; any thread.
 */
public final class EngineLanes {
    private final List<EngineLane> lanes;

    private EngineLanes(final List<EngineLane> lanes) {
        this.lanes = lanes;
    }

    /** @throws IllegalArgumentException when there is none, or two have one number */
    public static EngineLanes of(final List<EngineLane> lanes) {
        final List<EngineLane> sorted = lanes.stream().sorted(Comparator.comparingInt(EngineLane::shard)).toList();
        if (sorted.isEmpty() || sorted.stream().map(EngineLane::shard).distinct().count() != sorted.size()) {
            throw new IllegalArgumentException("shards: " + sorted.stream().map(EngineLane::shard).toList() + " (expected: one or more, each number once)");
        }
        return new EngineLanes(sorted);
    }

    /** In the order of their numbers. */
    public List<EngineLane> all() {
        return lanes;
    }

    /** The one with the lowest number; the only one of most gateways. */
    public EngineLane first() {
        return lanes.getFirst();
    }

    public boolean isOne() {
        return lanes.size() == 1;
    }

    /** Null when this gateway does not serve that shard. */
    public EngineLane find(final int shard) {
        for (int i = 0; i < lanes.size(); i++) {
            if (lanes.get(i).shard() == shard) {
                return lanes.get(i);
            }
        }
        return null;
    }

    /** Every one of them is ready. */
    public boolean areReady() {
        return lanes.stream().allMatch(lane -> lane.agent().isReady());
    }

    /** Those whose numbers are not among {@code shards}, as text. */
    public String without(final Collection<Integer> shards) {
        return lanes.stream().map(EngineLane::shard).filter(shard -> !shards.contains(shard)).map(String::valueOf).collect(Collectors.joining(", "));
    }

    /** Why {@code shard} cannot be asked for here. */
    public String problem(final int shard) {
        final String own = lanes.stream().map(lane -> Integer.toString(lane.shard())).collect(Collectors.joining(" or "));
        return Integer.toUnsignedString(shard) + " (expected: " + own + (isOne() ? ", the shard of this gateway)" : ", the shards of this gateway)");
    }

    /** Nothing can go through this lane now. */
    public RichStatus notReady(final EngineLane lane, final long retryMs) {
        return RichStatus.retryLater(Status.Code.UNAVAILABLE, RichStatus.NOT_READY, prefix(lane) + "the gateway is recovering, or the log has no leader", retryMs);
    }

    /** Nothing is known of this lane's engine yet. */
    public RichStatus recovering(final EngineLane lane, final long retryMs) {
        return RichStatus.retryLater(Status.Code.UNAVAILABLE, RichStatus.NOT_READY, prefix(lane) + "the gateway is recovering", retryMs);
    }

    private String prefix(final EngineLane lane) {
        return isOne() ? "" : "shard " + lane.shard() + ": ";
    }
}
