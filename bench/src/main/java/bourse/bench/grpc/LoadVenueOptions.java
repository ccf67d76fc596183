package bourse.bench.grpc;

import bourse.services.cli.CommandFailure;
import bourse.services.client.OwnVenue;
import java.util.List;
import picocli.CommandLine.Option;

/** Where the load goes; a picocli {@code @Mixin} of the rungs through gRPC. */
public final class LoadVenueOptions {
    @Option(names = "--layout", defaultValue = "one",
        description = "A venue of its own: one (one process, all the engine's work on one thread), ordinary (one process, Aeron's own"
            + " threads) or three (engine, gateway and market data in processes of their own) (default: ${DEFAULT-VALUE}).")
    private String layout;

    @Option(names = "--sync", defaultValue = "process",
        description = "What an acknowledged order survives the loss of: process, or power (a disk sync per group) (default: ${DEFAULT-VALUE}).")
    private String sync;

    @Option(names = "--address", paramLabel = "HOST:PORT", description = "A running venue instead of one of its own.")
    private String address;

    @Option(names = "--admin", paramLabel = "HOST:PORT", description = "Its administration, with --address.")
    private String admin;

    @Option(names = "--token", paramLabel = "TOKEN", description = "That may trade, read and administer, with --address (default: $$BOURSE_TOKEN).")
    private String token;

    @Option(names = "--venue-jvm", paramLabel = "OPTION", description = "Option of the JVM of a venue of its own; may be repeated.")
    private List<String> jvmOptions = OwnVenue.JVM;

    @Option(names = "--venue-set", paramLabel = "KEY=VALUE", description = "Setting of a venue of its own; may be repeated.")
    private List<String> settings = List.of();

    LoadVenue.Place place() {
        final String given = token != null ? token : System.getenv("BOURSE_TOKEN");
        if (address != null && (given == null || admin == null)) {
            throw new CommandFailure("--address needs --admin HOST:PORT and a --token that may trade, read and administer");
        }
        if (!List.of("process", "power").contains(sync)) {
            throw new CommandFailure("--sync: " + sync + " (expected: process, power)");
        }
        return new LoadVenue.Place(address, admin, given, layout, sync, jvmOptions, settings);
    }

    String layout() {
        return address == null ? layout : "of " + address;
    }

    String sync() {
        return address == null ? sync : "as configured";
    }
}
