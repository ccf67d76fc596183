package bourse.bench.rung;

/** What a {@link DrivenLoad} sends to and hears from. Hot path. Thread: the rig's. */
interface Driver extends AutoCloseable {
    /** Sends the next batch of the round. @return its commands; 0 = not taken now, try again */
    int send();

    /** Takes in what has come back. @return commands with outcomes so far */
    long poll();

    /** While set, each report is folded, too. */
    void fold(StateFold fold);

    @Override
    void close();
}
