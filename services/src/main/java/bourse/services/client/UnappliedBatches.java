package bourse.services.client;

import bourse.order.v1.Batch;
import bourse.order.v1.ClientFrame;
import bourse.order.v1.Command;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;

/** Batches that the venue has not yet said to be applied, in order, ready to be sent again. Guarded by the session's lock. */
final class UnappliedBatches {
    private record Pending(long firstClientSeq, ClientFrame frame) {
        int count() {
            return frame.getBatch().getCommandsCount();
        }

        long end() {
            return firstClientSeq + count();
        }
    }

    private final ArrayDeque<Pending> batches = new ArrayDeque<>();
    private int commands;

    /** Commands held. */
    int commands() {
        return commands;
    }

    boolean isEmpty() {
        return batches.isEmpty();
    }

    /** Lowest client_seq held; only when not empty. */
    long firstClientSeq() {
        return batches.getFirst().firstClientSeq;
    }

    ClientFrame add(final long firstClientSeq, final List<Command> list) {
        final ClientFrame frame = frame(firstClientSeq, list);
        batches.addLast(new Pending(firstClientSeq, frame));
        commands += list.size();
        return frame;
    }

    /** Forgets everything below {@code nextClientSeq}; a batch that was applied in part is cut. */
    void dropBelow(final long nextClientSeq) {
        while (!batches.isEmpty() && batches.getFirst().end() <= nextClientSeq) {
            commands -= batches.removeFirst().count();
        }
        if (!batches.isEmpty() && batches.getFirst().firstClientSeq < nextClientSeq) {
            final Pending cut = batches.removeFirst();
            final int gone = (int) (nextClientSeq - cut.firstClientSeq);
            final List<Command> rest = cut.frame.getBatch().getCommandsList().subList(gone, cut.count());
            batches.addFirst(new Pending(nextClientSeq, frame(nextClientSeq, rest)));
            commands -= gone;
        }
    }

    void forEach(final Consumer<ClientFrame> action) {
        for (final Pending pending : batches) {
            action.accept(pending.frame);
        }
    }

    private static ClientFrame frame(final long firstClientSeq, final List<Command> list) {
        return ClientFrame.newBuilder().setBatch(Batch.newBuilder().setFirstClientSeq(firstClientSeq).addAllCommands(list)).build();
    }
}
