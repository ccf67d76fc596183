package bourse.services.cli;

import bourse.order.v1.Command;
import bourse.order.v1.Event;
import bourse.order.v1.SubmitRequest;
import bourse.order.v1.SubmitResponse;
import com.google.protobuf.util.JsonFormat;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;

/** One command sent by {@code Submit}, and its outcome printed. */
final class OrderSubmission {
    /** Session of all commands typed by hand for an account: one, so that they take the engine no room. */
    static final long SESSION_ID = 4_410_441;

    private OrderSubmission() {
    }

    /** @return the exit status: 0 when it was not refused. */
    static int send(final VenueOptions venue, final JsonOutput json, final Instruments instruments, final int shard, final long sessionId,
                    final Command command) {
        final SubmitResponse response = venue.orderEntry().submit(
            SubmitRequest.newBuilder().setShard(shard).setSessionId(sessionId).addCommands(command).build());
        final EventText text = new EventText(instruments);
        response.getEventsList().forEach(event -> json.human().println(text.of(event)));
        response.getDuplicatesList().forEach(outcome -> json.human().println(EventText.of(outcome)));
        if (response.hasNotApplied()) {
            throw new CommandFailure(EventText.of(response.getNotApplied()));
        }
        json.write(tree(response));
        return response.getEventsList().stream().anyMatch(Event::hasRejected) ? Bourse.FAILED : 0;
    }

    /** A message as JSON in protobuf's own mapping. */
    static Object tree(final MessageOrBuilder message) {
        try {
            return new ObjectMapper().readTree(JsonFormat.printer().omittingInsignificantWhitespace().print(message));
        } catch (final InvalidProtocolBufferException | JsonProcessingException e) {
            throw new IllegalStateException("message cannot be written as JSON", e);
        }
    }
}
