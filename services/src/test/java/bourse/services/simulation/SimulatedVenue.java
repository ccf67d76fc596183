package bourse.services.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

import bourse.gateway.telemetry.GatewayTelemetry;

/** Members, clients and the oracle of one run, and what the plan does to them. */
final class SimulatedVenue {
    private static final long FEED_SEED = 0x5EED_FEEDL;
    private static final int READERS = 2;
    private static final long EPOCH_NS = 1_700_000_000_000_000_000L;
    private static final long SLOW_NS = 1_000 * Timeline.MS;
    /** Longer than a gateway waits for the clients of its last life, and everything that the plan may do. */
    private static final long QUIET_NS = 16_000 * Timeline.MS;
    private static final long PLAN_NS = 4_200 * Timeline.MS;

    final Plan plan;
    final Set<Bug> bugs;
    final OutcomePool pool;
    final Timeline time = new Timeline();
    final SplittableRandom random;
    final Network network;
    final Counters counters = new Counters();
    final GatewayTelemetry telemetry;
    final Oracle oracle;
    final Tape tape = new Tape();
    final FeedNetwork feedNetwork;
    private final List<FeedLife> feeds = new ArrayList<>();
    private final List<FeedReader> readers = new ArrayList<>();
    private final List<LogNode> nodes = new ArrayList<>();
    private final List<EngineLife> engines = new ArrayList<>();
    private final List<GatewayLife> gateways = new ArrayList<>();
    private final List<SimulatedClient> clients = new ArrayList<>();
    private final long[] skewNs;
    private final int[] stops;

    SimulatedVenue(final Plan plan, final Set<Bug> bugs, final OutcomePool pool, final GatewayTelemetry telemetry) {
        this.plan = plan;
        this.bugs = bugs;
        this.pool = pool;
        this.telemetry = telemetry;
        random = new SplittableRandom(plan.seed());
        network = new Network(time, random, plan.members());
        skewNs = new long[plan.members()];
        stops = new int[plan.members()];
        feedNetwork = new FeedNetwork(this, plan.seed() ^ FEED_SEED);
        oracle = new Oracle(this);
        final List<Entry> first = Operator.begin(oracle.ledger, EPOCH_NS, plan.clients());
        for (int i = 0; i < plan.members(); i++) {
            final EngineLife engine = new EngineLife(this, i);
            engines.add(engine);
            nodes.add(new LogNode(i, this, engine, plan.members(), first));
            gateways.add(new GatewayLife(this, i, engine));
            feeds.add(new FeedLife(this, i, engine));
        }
    }

    boolean has(final Bug bug) {
        return bugs.contains(bug);
    }

    List<LogNode> nodes() {
        return nodes;
    }

    GatewayLife gateway(final int member) {
        return gateways.get(member);
    }

    FeedLife feed(final int member) {
        return feeds.get(member);
    }

    List<FeedReader> readers() {
        return readers;
    }

    long epochNs() {
        return EPOCH_NS + time.nowNs();
    }

    /** By that member's clock. */
    long epochNs(final int member) {
        return epochNs() + skewNs[member];
    }

    // ------------------------------------------------------------------------------------------------ a run

    void run() {
        for (int i = 0; i < plan.members(); i++) {
            start(i);
        }
        for (int i = 0; i < plan.clients(); i++) {
            clients.add(new SimulatedClient(this, i));
        }
        for (int i = 0; i < READERS; i++) {
            readers.add(new FeedReader(this, i));
        }
        final long beginNs = time.nowNs() + 1_000 * Timeline.MS;
        for (final Step step : plan.steps()) {
            time.at(beginNs + step.atMs() * Timeline.MS, () -> perform(step));
        }
        time.runUntil(beginNs + PLAN_NS + QUIET_NS);
        check();
    }

    private void check() {
        clients.forEach(SimulatedClient::checkComplete);
        for (int i = 0; i < plan.members(); i++) {
            final int member = i;
            Violation.unless(nodes.get(i).isUp() && engines.get(i).applied() == oracle.size(), "every member has everything in the end",
                () -> "member " + member + ": " + engines.get(member).applied() + " of " + oracle.size() + " entries");
            oracle.onFinalState(i, engines.get(i).shard());
        }
        readers.forEach(FeedReader::checkComplete);
        tape.compare(oracle);
        oracle.ledger.compare(oracle.shard().matching().matcher());
        for (final SimulatedClient client : clients) {
            if (client.isGone() && client.cancelsOnDisconnect) {
                Violation.unless(!oracle.hasOrders(client.account, client.session), "orders of a client that is gone are cancelled if it asked for that",
                    () -> "account " + client.account + " session " + client.session);
            }
        }
    }

    void close() {
        for (final EngineLife engine : engines) {
            engine.crash(false);
        }
        oracle.close();
    }

    // ------------------------------------------------------------------------------------------------ what the plan does

    private void perform(final Step step) {
        switch (step.kind()) {
            case TRADE -> clients.get(step.target()).trade(step);
            case REPEAT -> clients.get(step.target()).repeat(step);
            case DISCONNECT -> clients.get(step.target()).disconnect();
            case SILENCE -> clients.get(step.target()).silence();
            case SLOW_READER -> clients.get(step.target()).stall(step.amount() * Timeline.MS);
            case GONE -> clients.get(step.target()).die();
            case KILL -> stop(step, false, false);
            case POWER_LOSS -> stop(step, true, false);
            case WIPE -> stop(step, true, nodes.stream().noneMatch(LogNode::isWiped));
            case GATEWAY_KILL -> {
                if (stops[step.target()] == 0) {
                    killGateway(step.target());
                    time.after(step.amount() * Timeline.MS, () -> {
                        if (stops[step.target()] == 0 && !gateways.get(step.target()).isUp()) {
                            gateways.get(step.target()).start();
                        }
                    });
                }
            }
            case FEED_KILL -> {
                if (stops[step.target()] == 0) {
                    feeds.get(step.target()).crash();
                    time.after(step.amount() * Timeline.MS, () -> {
                        if (stops[step.target()] == 0 && !feeds.get(step.target()).isUp()) {
                            feeds.get(step.target()).start();
                        }
                    });
                }
            }
            case FEED_LOSS -> feedNetwork.lose(step.amount() * Timeline.MS);
            case FEED_JOIN -> readers.get(step.target()).restart();
            case PARTITION -> network.cut(step.target(), step.amount() * Timeline.MS);
            case DELAY -> network.slow(step.amount() * Timeline.MS / 4, SLOW_NS);
            case SNAPSHOT -> engines.get(step.target()).takeSnapshot();
            case CORRUPT_SNAPSHOT -> engines.get(step.target()).corruptSnapshot(step.seed());
            case CLOCK -> skewNs[step.target()] += step.amount() * Timeline.MS;
            default -> throw new IllegalStateException(step.toString());
        }
    }

    private void killGateway(final int member) {
        gateways.get(member).crash();
        clients.forEach(client -> client.onGatewayKilled(gateways.get(member)));
    }

    private void stop(final Step step, final boolean losesPower, final boolean losesDisk) {
        final int member = step.target();
        counters.crashes++;
        if (stops[member]++ == 0) {
            killGateway(member);
            feeds.get(member).crash();
            nodes.get(member).crash(losesPower && plan.isPower());
            if (losesDisk) {
                nodes.get(member).wipe();
            }
        }
        time.after(step.amount() * Timeline.MS, () -> {
            if (--stops[member] == 0) {
                start(member);
            }
        });
    }

    private void start(final int member) {
        final LogNode node = nodes.get(member);
        if (node.isWiped()) {
            final LogNode leader = nodes.stream().filter(other -> other.isLeader() && network.isReachable(member, other.id)).findFirst().orElse(null);
            if (leader == null) {
                stops[member]++;
                time.after(SLOW_NS / 4, () -> {
                    if (--stops[member] == 0) {
                        start(member);
                    }
                });
                return;
            }
            node.seed(leader);
        }
        node.start();
        gateways.get(member).start();
        feeds.get(member).start();
    }

    // ------------------------------------------------------------------------------------------------ what happens

    void onLeader(final LogNode node, final long term) {
        counters.elections++;
    }

    void onCommitted(final LogNode node, final int index, final Entry entry) {
        oracle.onCommitted(node, index, entry);
    }

    void onEvents(final int member) {
        gateways.get(member).wake();
        feeds.get(member).wake();
    }
}
