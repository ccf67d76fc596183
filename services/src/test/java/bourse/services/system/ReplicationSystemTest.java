package bourse.services.system;

import bourse.admin.v1.TakeSnapshotRequest;
import bourse.services.client.VenueChannels;
import io.grpc.ManagedChannel;
import org.agrona.IoUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Three members, clients that trade through any of them, and members that go. Real processes on loopback. */
@Timeout(300)
@EnabledIfSystemProperty(named = "bourse.replication", matches = "true", disabledReason = "SKIPPED: three members run by `make test-replication`")
class ReplicationSystemTest {
    private static final long SEED = Long.getLong("bourse.seed", 20_261_122L);
    private static final int MEMBERS = 3;

    @TempDir
    private Path dir;
    private final Promises promises = new Promises();
    private final List<FaultTrader> traders = new ArrayList<>();
    private ReplicatedVenue venue;

    @AfterEach
    void stop() {
        promises.print(System.out);
        traders.forEach(FaultTrader::close);
        if (venue != null) {
            venue.printOutputs(System.out);
            venue.close();
        }
    }

    @Test
    void shouldLoseNothingWhenTheLeaderIsKilled() throws Exception {
        venue = new ReplicatedVenue(dir, MEMBERS).startAll();
        trade();
        Thread.sleep(500);
        final int leader = venue.awaitLeader();
        venue.member(leader).kill();
        promises.fault("leader killed -9 under load");
        final long killedNs = System.nanoTime();
        awaitAllTold(killedNs);
        venue.start(leader);
        venue.awaitServing(leader);
        Thread.sleep(300);

        // One of three is no quorum: what it takes it does not acknowledge.
        final int alone = (venue.awaitLeader() + 1) % MEMBERS;
        for (int i = 0; i < MEMBERS; i++) {
            if (i != alone) {
                venue.member(i).signal("STOP");
            }
        }
        promises.fault("two of three stopped");
        venue.member(alone).await("not in a quorum", () -> !venue.isReady(alone));
        final long before = seen();
        Thread.sleep(1_500);
        promises.check("a minority acknowledges nothing", seen() == before, () -> seen() - before + " events");
        for (int i = 0; i < MEMBERS; i++) {
            if (i != alone) {
                venue.member(i).signal("CONT");
            }
        }
        awaitAllTold(System.nanoTime());
        finish();
        check();
    }

    /** Disk by disk, process by process: clients notice nothing but a reconnection. */
    @Test
    void shouldReplaceMembersOneByOne() throws Exception {
        venue = new ReplicatedVenue(dir, MEMBERS).startAll();
        trade();
        Thread.sleep(500);
        for (int i = 0; i < 2; i++) {
            snapshot(venue.awaitLeader());
            Thread.sleep(300);
        }
        final int lost = (venue.awaitLeader() + 1) % MEMBERS;
        venue.member(lost).kill();
        IoUtil.delete(venue.directory(lost).resolve("data").toFile(), false);
        promises.fault("a member's disk lost");
        venue.start(lost);
        venue.awaitServing(lost);
        promises.check("a member without data gets a copy", venue.member(lost).output().contains("data copied from member="), venue.member(lost)::output);

        for (int i = 0; i < MEMBERS; i++) {
            promises.check("a stop in order ends with status 0", venue.member(i).terminate() == 0, venue.member(lost)::output);
            promises.fault("a member restarted in order, under load");
            venue.start(i);
            venue.awaitServing(i);
        }
        awaitAllTold(System.nanoTime());
        finish();
        final long bookHash = new ReplicaCheck(venue, promises).killAllAndCompare();
        new VenueChecker(venue.directory((lost + 1) % MEMBERS).resolve("data/log"), promises).check(traders, bookHash);
        assertThat(promises.broken()).isEmpty();
    }

    /** Two of three disks are gone: the one that is left goes on when an operator says so. */
    @Test
    void shouldComeBackFromTheLossOfAQuorum() throws Exception {
        venue = new ReplicatedVenue(dir, MEMBERS).startAll();
        trade();
        Thread.sleep(500);
        finish();
        final int left = (venue.awaitLeader() + 1) % MEMBERS;
        Thread.sleep(300);
        for (int i = 0; i < MEMBERS; i++) {
            if (i != left) {
                venue.member(i).kill();
                IoUtil.delete(venue.directory(i).resolve("data").toFile(), false);
            }
        }
        promises.fault("two of three disks lost");
        for (int i = 0; i < MEMBERS; i++) {
            if (i != left) {
                venue.start(i);
            }
        }
        Thread.sleep(2_000);
        for (int i = 0; i < MEMBERS; i++) {
            if (i != left) {
                final int member = i;
                promises.check("without an operator's word nobody starts anew", !venue.isReady(left) && venue.member(i).output().contains("no data here: waiting"),
                    venue.member(member)::output);
                venue.member(i).kill();
                venue.start(i, "cluster.seedFrom=" + left);
            }
        }
        final long bookHash = new ReplicaCheck(venue, promises).killAllAndCompare();
        new VenueChecker(venue.directory(left).resolve("data/log"), promises).check(traders, bookHash);
        assertThat(promises.broken()).isEmpty();
    }

    private void snapshot(final int member) {
        final ManagedChannel channel = VenueChannels.plaintext(venue.member(member).endpoints().admin());
        try {
            final long position = venue.member(member).adminWith(venue.keyDir(), channel).takeSnapshot(TakeSnapshotRequest.getDefaultInstance()).getLogPosition();
            promises.check("a snapshot on request comes", position > 0, () -> "position " + position);
        } finally {
            channel.shutdownNow();
        }
    }

    private void trade() throws Exception {
        for (int account = 1; account <= MEMBERS; account++) {
            traders.add(venue.trader(account - 1, account, SEED));
        }
    }

    private long seen() {
        return traders.stream().mapToLong(FaultTrader::eventCount).sum();
    }

    /** Every trader is told something new, wherever its gateway is. */
    private void awaitAllTold(final long sinceNs) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + 60_000_000_000L;
        for (final FaultTrader trader : traders) {
            while (trader.lastEventNs() - sinceNs < 0) {
                assertThat(System.nanoTime()).as("nothing told to account %d", trader.account).isLessThan(deadlineNs);
                Thread.sleep(2);
            }
        }
    }

    private void finish() throws Exception {
        for (final FaultTrader trader : traders) {
            trader.finish();
        }
    }

    /** Every member has the same events, byte for byte, and they are what the log and the clients say. */
    private void check() throws Exception {
        final long bookHash = new ReplicaCheck(venue, promises).killAllAndCompare();
        new VenueChecker(venue.directory(0).resolve("data/log"), promises).check(traders, bookHash);
        assertThat(promises.broken()).isEmpty();
        assertThat(promises.checked("what a client was told is in the event stream, the same")).isGreaterThan(500L);
    }
}
