package bourse.services.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import bourse.engine.log.LogRole;

/**
 * One member's part in the replicated log, a model of Raft: one leader a term, an entry is committed when a majority has it on disk, what is not
 * committed may be lost. What is on disk survives {@link #crash}; what was not synced does not survive a loss of power.
 */
final class LogNode {
    private static final long TICK_NS = 25 * Timeline.MS;
    private static final long HEARTBEAT_NS = 50 * Timeline.MS;
    private static final long LEASE_NS = 300 * Timeline.MS;
    private static final long ELECTION_NS = 400 * Timeline.MS;
    private static final int MAX_ENTRIES = 64;
    private static final long SYNC_NS = 3 * Timeline.MS;

    private enum Role { FOLLOWER, CANDIDATE, LEADER }

    final int id;
    private final SimulatedVenue venue;
    private final EngineLife engine;

    // On disk.
    private List<Entry> log = new ArrayList<>();
    private long term;
    private int votedFor = -1;
    private int durable;
    private boolean isWiped;
    /** Synced entries of disks that were lost: this member may have answered for them when the answer reaches the leader. */
    private final Set<Entry> lost = new HashSet<>();

    // Of this life.
    private boolean isUp;
    private int life;
    private int cuts;
    private Role role = Role.FOLLOWER;
    private int commit;
    private int termStart;
    private boolean accepts;
    private long electionAtNs;
    private long lastSentNs;
    private int votes;
    private final int[] match;
    private final int[] next;
    private final long[] heardNs;

    LogNode(final int id, final SimulatedVenue venue, final EngineLife engine, final int members, final List<Entry> first) {
        this.id = id;
        this.venue = venue;
        this.engine = engine;
        match = new int[members];
        next = new int[members];
        heardNs = new long[members];
        log.addAll(first);
        durable = log.size();
    }

    boolean isUp() {
        return isUp;
    }

    boolean isWiped() {
        return isWiped;
    }

    /** Takes commands. */
    boolean isLeader() {
        return isUp && role == Role.LEADER && accepts;
    }

    long term() {
        return term;
    }

    int commit() {
        return commit;
    }

    Entry entry(final int index) {
        return log.get(index);
    }

    boolean isDurable(final int size) {
        return size <= durable;
    }

    /** Has it on disk, or had it when the disk was lost: a disk that is lost behind the answer does not make a majority a minority. */
    boolean hasStored(final int index, final Entry entry) {
        return index < durable && log.get(index) == entry || lost.contains(entry);
    }

    // ------------------------------------------------------------------------------------------------ life

    void start() {
        isUp = true;
        life++;
        role = Role.FOLLOWER;
        accepts = false;
        // Entries that were applied before the crash are committed; a snapshot holds nothing else.
        commit = engine.start();
        if (venue.has(Bug.VOTE_TWICE)) {
            votedFor = -1;
        }
        resetElection();
        tick(life);
    }

    void crash(final boolean losesPower) {
        isUp = false;
        life++;
        if (losesPower) {
            cut(durable);
        }
        durable = log.size();
        engine.crash(losesPower);
    }

    void wipe() {
        isWiped = true;
        lost.addAll(log.subList(0, durable));
        log = new ArrayList<>();
        durable = 0;
        engine.wipe();
    }

    /** A copy of the leader's disk. */
    void seed(final LogNode leader) {
        isWiped = false;
        log = new ArrayList<>(leader.log);
        durable = log.size();
        term = Math.max(term, leader.term);
        engine.seed(leader.engine);
    }

    private void tick(final int ofLife) {
        if (ofLife != life) {
            return;
        }
        final long nowNs = venue.time.nowNs();
        if (role == Role.LEADER) {
            if (!hasQuorum(nowNs) && !venue.has(Bug.VOTE_TWICE)) {
                follow(term);
            } else {
                fireTimers();
                if (nowNs - lastSentNs >= HEARTBEAT_NS) {
                    broadcast();
                }
            }
        } else if (nowNs >= electionAtNs) {
            campaign();
        }
        venue.time.after(TICK_NS, () -> tick(ofLife));
    }

    private boolean hasQuorum(final long nowNs) {
        int heard = 1;
        for (int i = 0; i < heardNs.length; i++) {
            if (i != id && nowNs - heardNs[i] < LEASE_NS) {
                heard++;
            }
        }
        return heard > heardNs.length / 2;
    }

    private void resetElection() {
        electionAtNs = venue.time.nowNs() + ELECTION_NS + venue.random.nextLong(ELECTION_NS);
    }

    // ------------------------------------------------------------------------------------------------ elections

    private void campaign() {
        role = Role.CANDIDATE;
        term++;
        votedFor = id;
        votes = 1;
        resetElection();
        if (votes > match.length / 2) {
            lead();
            return;
        }
        final long at = term;
        final long lastTerm = log.isEmpty() ? 0 : log.getLast().term();
        final int size = log.size();
        for (final LogNode other : venue.nodes()) {
            if (other != this) {
                send(other, () -> other.onVoteRequest(this, at, size, lastTerm));
            }
        }
    }

    private void onVoteRequest(final LogNode candidate, final long at, final int size, final long lastTerm) {
        if (at > term) {
            follow(at);
        }
        final long ownLastTerm = log.isEmpty() ? 0 : log.getLast().term();
        final boolean isUpToDate = lastTerm > ownLastTerm || lastTerm == ownLastTerm && size >= log.size();
        if (at == term && isUpToDate && (votedFor == -1 || votedFor == candidate.id || venue.has(Bug.VOTE_TWICE))) {
            votedFor = candidate.id;
            resetElection();
            reply(candidate, () -> candidate.onVote(at));
        }
    }

    private void onVote(final long at) {
        if (role == Role.CANDIDATE && at == term && ++votes > match.length / 2) {
            lead();
        }
    }

    private void lead() {
        role = Role.LEADER;
        accepts = false;
        Arrays.fill(match, 0);
        Arrays.fill(next, log.size());
        Arrays.fill(heardNs, venue.time.nowNs());
        venue.onLeader(this, term);
        termStart = log.size() + 1;
        append(0, null);
        broadcast();
    }

    private void follow(final long newTerm) {
        if (newTerm > term) {
            term = newTerm;
            votedFor = -1;
        }
        if (role == Role.LEADER) {
            engine.onRole(LogRole.FOLLOWER);
        }
        role = Role.FOLLOWER;
        accepts = false;
        resetElection();
    }

    // ------------------------------------------------------------------------------------------------ entries

    /** A command from a gateway. False: not the leader, it is lost. */
    boolean ingest(final byte[] bytes) {
        if (!isLeader()) {
            return false;
        }
        append(0, bytes);
        broadcast();
        return true;
    }

    private void append(final long timerId, final byte[] bytes) {
        log.add(Entry.of(log.isEmpty() ? null : log.getLast(), term, venue.epochNs(id), timerId, bytes));
        sync(log.size(), this::advanceLeader);
    }

    /** Calls back when everything up to {@code size} is on disk, unless it was cut off or the process died. */
    private void sync(final int size, final Runnable then) {
        if (!venue.plan.isPower()) {
            durable = Math.max(durable, size);
            then.run();
            return;
        }
        final int ofLife = life;
        final int ofCut = cuts;
        venue.time.after(1 + venue.random.nextLong(SYNC_NS), () -> {
            if (ofLife == life && ofCut == cuts) {
                durable = Math.max(durable, size);
                then.run();
            }
        });
        if (venue.has(Bug.ACKNOWLEDGE_BEFORE_SYNC)) {
            then.run();
        }
    }

    private void cut(final int size) {
        if (size < log.size()) {
            cuts++;
            log.subList(size, log.size()).clear();
            durable = Math.min(durable, size);
        }
    }

    private void broadcast() {
        lastSentNs = venue.time.nowNs();
        for (final LogNode other : venue.nodes()) {
            if (other != this) {
                sendEntries(other);
            }
        }
    }

    private void sendEntries(final LogNode other) {
        final int from = Math.min(next[other.id], log.size());
        final List<Entry> entries = List.copyOf(log.subList(from, Math.min(log.size(), from + MAX_ENTRIES)));
        final long before = from == 0 ? 0 : log.get(from - 1).term();
        final long at = term;
        final int committed = commit;
        send(other, () -> other.onEntries(this, at, from, before, entries, committed));
    }

    private void send(final LogNode to, final Runnable message) {
        venue.network.send(id, to.id, () -> {
            if (to.isUp && !to.isWiped) {
                message.run();
            }
        });
    }

    private void reply(final LogNode to, final Runnable message) {
        final int ofLife = to.life;
        venue.network.send(id, to.id, () -> {
            if (to.isUp && to.life == ofLife) {
                message.run();
            }
        });
    }

    private void onEntries(final LogNode leader, final long at, final int from, final long before, final List<Entry> entries, final int committed) {
        if (at < term) {
            reply(leader, () -> leader.onHigherTerm(term));
            return;
        }
        if (at > term || role != Role.FOLLOWER) {
            follow(at);
        }
        resetElection();
        if (from > log.size() || from > 0 && log.get(from - 1).term() != before) {
            final int hint = Math.min(from - 1, log.size());
            reply(leader, () -> leader.onRefused(id, at, hint));
            return;
        }
        int index = from;
        for (final Entry entry : entries) {
            if (index < log.size() && log.get(index) != entry) {
                Violation.unless(index >= commit, "a committed entry is never lost", () -> "member " + id + " cuts at " + commit);
                cut(index);
            }
            if (index == log.size()) {
                log.add(entry);
            }
            index++;
        }
        final int matched = index;
        sync(matched, () -> reply(leader, () -> leader.onMatched(id, at, matched)));
        advance(Math.min(committed, matched));
    }

    private void onHigherTerm(final long at) {
        if (at > term) {
            follow(at);
        }
    }

    private void onRefused(final int from, final long at, final int hint) {
        if (role == Role.LEADER && at == term) {
            heardNs[from] = venue.time.nowNs();
            next[from] = Math.min(next[from], hint);
            broadcast();
        }
    }

    private void onMatched(final int from, final long at, final int matched) {
        if (role == Role.LEADER && at == term) {
            heardNs[from] = venue.time.nowNs();
            match[from] = Math.max(match[from], matched);
            next[from] = Math.max(next[from], match[from]);
            advanceLeader();
            if (next[from] < log.size()) {
                broadcast();
            }
        }
    }

    private void advanceLeader() {
        if (role != Role.LEADER) {
            return;
        }
        match[id] = venue.has(Bug.ACKNOWLEDGE_BEFORE_SYNC) ? log.size() : durable;
        final int[] sorted = match.clone();
        Arrays.sort(sorted);
        int majority = sorted[(sorted.length - 1) / 2];
        if (venue.has(Bug.ACKNOWLEDGE_BEFORE_COMMIT)) {
            majority = log.size();
        }
        if (majority > commit && log.get(majority - 1).term() == term) {
            advance(majority);
            broadcast();
        }
        if (!accepts && commit >= termStart && termStart > 0) {
            accepts = true;
            engine.onRole(LogRole.LEADER);
        }
    }

    private void advance(final int to) {
        final int limit = Math.min(to, log.size());
        while (commit < limit) {
            final Entry entry = log.get(commit);
            venue.onCommitted(this, commit, entry);
            commit++;
            engine.apply(entry);
        }
    }

    private void fireTimers() {
        if (!accepts || commit < log.size()) {
            return;
        }
        for (final long timerId : engine.dueTimers(venue.epochNs(id))) {
            append(timerId, null);
        }
    }
}
