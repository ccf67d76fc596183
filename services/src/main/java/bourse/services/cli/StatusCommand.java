package bourse.services.cli;

import bourse.services.client.VenueEndpoints;
import bourse.services.config.TelemetryConfig;
import bourse.services.config.VenueConfig;
import bourse.services.status.ProcessStatus;
import bourse.services.status.VenueStatus;
import bourse.services.telemetry.HostPort;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

/** {@code bourse status}. */
@Command(name = "status", header = "The whole venue: does it trade, what is it made of, what should be looked at.",
    description = {"Asks each process for its health and its figures: engine, log, book, snapshots, disk, sessions, feed, releases. Finds the processes of this machine by the",
        "data directory and the configured ports; those of other members are named by their metrics ports, or by their hosts alone.", "",
        "  bourse status", "  bourse status --member 10.0.0.11 --member 10.0.0.12 --member 10.0.0.13", "  bourse status --member 10.0.0.11:7306 --json", "",
        "Exit status: 0 it trades and there is nothing to look at; 3 it trades, but something should be looked at; 1 nobody can trade.", ""})
public final class StatusCommand implements Callable<Integer> {
    @Mixin
    private ConfigOptions options;
    @Mixin
    private JsonOutput json;
    @Option(names = "--member", paramLabel = "HOST[:PORT]", split = ",",
        description = "Metrics port of a process, or a host with the configured ones (telemetry.port, enginePort, marketdataPort); may be repeated.")
    private List<String> members = new ArrayList<>();

    @Override
    public Integer call() throws InterruptedException {
        final VenueConfig config = options.load();
        final VenueEndpoints endpoints = endpoints(config.dataDir());
        final List<ProcessStatus> processes = members.isEmpty() ? here(config, endpoints) : named(config.telemetry());
        final VenueStatus venue = new VenueStatus(processes, config.engine().diskReserve(), System.currentTimeMillis());
        venue.text().forEach(json.human()::println);
        final Map<String, Object> result = new LinkedHashMap<>(venue.tree());
        if (members.isEmpty() && endpoints != null) {
            doors(endpoints);
            result.put("endpoints", endpoints);
        }
        json.write(result);
        return venue.exitStatus();
    }

    private static Collection<String> processes(final VenueEndpoints endpoints) {
        if (endpoints == null) {
            return List.of();
        }
        return endpoints.processes() == null ? List.of(endpoints.telemetry()) : endpoints.processes().values();
    }

    /** What the processes of this machine wrote down; null when none did. */
    private static VenueEndpoints endpoints(final Path dataDir) {
        try {
            return VenueEndpoints.read(dataDir);
        } catch (final IOException absent) {
            return null;
        }
    }

    /** The processes that wrote down where they are, and, where these are not all parts, those at the configured ports. */
    private static List<ProcessStatus> here(final VenueConfig config, final VenueEndpoints endpoints) throws InterruptedException {
        final Set<String> known = new LinkedHashSet<>();
        if (endpoints != null) {
            known.addAll(processes(endpoints));
            if (endpoints.shards() != null) {
                endpoints.shards().values().forEach(dataDir -> known.addAll(processes(endpoints(Path.of(dataDir)))));
            }
        }
        final List<ProcessStatus> processes = new ArrayList<>(ask(known));
        final boolean isWhole = endpoints != null && endpoints.orderEntry() != null && endpoints.marketData() != null;
        if (!isWhole) {
            final List<String> others = urls(HostPort.hostOf(config.telemetry().host()), config.telemetry());
            others.removeAll(known);
            ask(others).stream().filter(ProcessStatus::isReachable).forEach(processes::add);
        }
        if (processes.isEmpty()) {
            throw new CommandFailure("no venue found: nothing in " + config.dataDir().resolve(VenueEndpoints.FILE_NAME) + ", and nobody answers at the configured ports "
                + urls(HostPort.hostOf(config.telemetry().host()), config.telemetry()) + "; start one with `bourse run`, or name its members with --member");
        }
        return processes;
    }

    /** A host alone: every process that answers there; one line when none does. */
    private List<ProcessStatus> named(final TelemetryConfig config) throws InterruptedException {
        final List<ProcessStatus> processes = new ArrayList<>();
        for (final String member : members) {
            if (member.matches(".*[^:]:\\d+")) {
                processes.add(ProcessStatus.ask("http://" + member));
                continue;
            }
            final List<ProcessStatus> all = ask(urls(member, config));
            final List<ProcessStatus> answering = all.stream().filter(ProcessStatus::isReachable).toList();
            processes.addAll(answering.isEmpty() ? all.subList(0, 1) : answering);
        }
        return processes;
    }

    private static List<ProcessStatus> ask(final Collection<String> urls) throws InterruptedException {
        final List<ProcessStatus> processes = new ArrayList<>();
        for (final String url : urls) {
            processes.add(ProcessStatus.ask(url));
        }
        return processes;
    }

    private static List<String> urls(final String host, final TelemetryConfig config) {
        final List<String> urls = new ArrayList<>();
        for (final int port : new int[] {config.port(), config.enginePort(), config.marketDataPort()}) {
            if (port != 0) {
                urls.add("http://" + HostPort.of(host, port));
            }
        }
        return urls;
    }

    private void doors(final VenueEndpoints endpoints) {
        door("order entry", endpoints.orderEntry());
        door("market data", endpoints.marketData());
        door("administration", endpoints.admin());
        door("web page", endpoints.web());
        if (endpoints.multicast() != null) {
            door("multicast", endpoints.multicast().lineA() + " and " + endpoints.multicast().lineB());
        }
    }

    private void door(final String name, final String address) {
        if (address != null) {
            json.human().printf("%-14s %s%n", name, address);
        }
    }
}
