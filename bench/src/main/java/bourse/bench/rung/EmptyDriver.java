package bourse.bench.rung;

/** The empty rung: the rig's own work for each command and nothing else. Hot path. Thread: the rig's. */
final class EmptyDriver implements Driver {
    private final RoundMessages messages;
    private final Plant plant;
    private long touched;

    EmptyDriver(final RoundMessages messages, final Plant plant) {
        this.messages = messages;
        this.plant = plant;
    }

    @Override
    public int send() {
        final int count = messages.next();
        touched += messages.buffer().getLong(0);
        plant.burn(count);
        messages.sent();
        return count;
    }

    @Override
    public long poll() {
        return touched == 0 ? 0 : messages.nextSeq() - 1;
    }

    @Override
    public void fold(final StateFold fold) {
        // nothing is reported
    }

    @Override
    public void close() {
        messages.close();
    }
}
