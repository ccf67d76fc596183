package bourse.services.simulation;

import java.util.Map;
import java.util.TreeMap;

/** How much happened in a run, so that nobody mistakes an idle one for a good one. */
final class Counters {
    long entries;
    long events;
    long told;
    long inColumns;
    long trades;
    long duplicates;
    long notApplied;
    long snapshots;
    long restored;
    long damagedSnapshots;
    long snapshotsAhead;
    long snapshotsRequired;
    long elections;
    long connections;
    long crashes;
    long hashes;
    long expiries;
    long booksCompared;
    long gapsClosed;
    /** Why gateways ended streams. */
    final Map<String, Integer> closes = new TreeMap<>();

    void add(final Counters other) {
        entries += other.entries;
        events += other.events;
        told += other.told;
        inColumns += other.inColumns;
        trades += other.trades;
        duplicates += other.duplicates;
        notApplied += other.notApplied;
        snapshots += other.snapshots;
        restored += other.restored;
        damagedSnapshots += other.damagedSnapshots;
        snapshotsAhead += other.snapshotsAhead;
        snapshotsRequired += other.snapshotsRequired;
        elections += other.elections;
        connections += other.connections;
        crashes += other.crashes;
        hashes += other.hashes;
        expiries += other.expiries;
        booksCompared += other.booksCompared;
        gapsClosed += other.gapsClosed;
        other.closes.forEach((why, count) -> closes.merge(why.replaceAll("[0-9]+", "#"), count, Integer::sum));
    }

    @Override
    public String toString() {
        return entries + " log entries, " + events + " events, " + told + " told to clients (" + inColumns + " in columns), " + trades + " trades, " + expiries + " expiries, "
            + duplicates + " repeated commands, " + notApplied + " batches not applied, " + connections + " connections, " + crashes + " crashes, "
            + elections + " elections, " + snapshots + " snapshots, " + restored + " restored, " + damagedSnapshots + " damaged, "
            + snapshotsAhead + " ahead of their events, " + snapshotsRequired
            + " resumed from a snapshot, " + hashes + " state hashes compared, " + gapsClosed + " gaps of the feed closed, " + booksCompared + " books of receivers compared";
    }
}
