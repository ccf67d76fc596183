package bourse.services.cli;

import bourse.admin.v1.GetStateHashRequest;
import bourse.admin.v1.GetStateHashResponse;
import bourse.admin.v1.TakeSnapshotRequest;
import bourse.admin.v1.TakeSnapshotResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

/** The operators' commands about the engine as a whole. */
final class AdminEngineCommands {
    private AdminEngineCommands() {
    }

    /** Snapshots. */
    @Command(name = "snapshot", header = "Take a snapshot of the engine's state.",
        description = {"A restart then replays only what came after it. The engine takes snapshots by itself too: engine.snapshotInterval.", ""})
    static final class Snapshot implements Callable<Integer> {
        @Mixin
        private final VenueOptions venue = new VenueOptions();
        @Mixin
        private final ShardOption shard = new ShardOption();
        @Mixin
        private JsonOutput json;

        @Override
        public Integer call() {
            try (venue) {
                final TakeSnapshotResponse response = venue.snapshots().takeSnapshot(TakeSnapshotRequest.newBuilder().setShard(shard.number()).build());
                json.human().println("snapshot taken at log position " + response.getLogPosition());
                json.write(Map.of("logPosition", response.getLogPosition()));
                return 0;
            }
        }
    }

    /** State hashes. */
    @Command(name = "hash", header = "Print the hash of the engine's state.",
        description = {"Equal at the same log position on every member, after a replay and after a snapshot.", ""})
    static final class Hash implements Callable<Integer> {
        @Mixin
        private final VenueOptions venue = new VenueOptions();
        @Mixin
        private final ShardOption shard = new ShardOption();
        @Mixin
        private JsonOutput json;

        @Override
        public Integer call() {
            try (venue) {
                final GetStateHashResponse response = venue.admin().getStateHash(GetStateHashRequest.newBuilder().setShard(shard.number()).build());
                json.human().printf("log position %d, %d orders, book %016x, state %016x%n", response.getLogPosition(), response.getOrders(),
                    response.getBookHash(), response.getStateHash());
                final Map<String, Object> result = new LinkedHashMap<>();
                result.put("logPosition", response.getLogPosition());
                result.put("orders", response.getOrders());
                result.put("bookHash", String.format("%016x", response.getBookHash()));
                result.put("stateHash", String.format("%016x", response.getStateHash()));
                json.write(result);
                return 0;
            }
        }
    }
}
