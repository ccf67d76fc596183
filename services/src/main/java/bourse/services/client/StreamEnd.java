package bourse.services.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.Set;

/**
 * How a stream ended, and whether another try can mend it; by ORDER_ENTRY.md, section 5.
 *
 * @param reason of the {@code google.rpc.ErrorInfo}; empty = there is none
 */
record StreamEnd(Status status, String reason) {
    /** Of ABORTED: nobody else has the session, it stands again after the next Establish. */
    private static final Set<String> RESUMED = Set.of("HEARTBEAT_TIMEOUT", "SESSION_CLOSED");

    /** As the venue said it. */
    static StreamEnd of(final Throwable fault) {
        return new StreamEnd(Status.fromThrowable(fault), reason(StatusProto.fromThrowable(fault)));
    }

    /** As this side sees it. */
    static StreamEnd of(final Status status) {
        return new StreamEnd(status, "");
    }

    private static String reason(final com.google.rpc.Status rich) {
        if (rich == null) {
            return "";
        }
        for (final Any detail : rich.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                try {
                    return detail.unpack(ErrorInfo.class).getReason();
                } catch (final InvalidProtocolBufferException unreadable) {
                    return "";
                }
            }
        }
        return "";
    }

    /** Another try can't mend it. */
    boolean isFinal() {
        return switch (status.getCode()) {
            case ABORTED -> !RESUMED.contains(reason);
            case UNAUTHENTICATED, PERMISSION_DENIED, FAILED_PRECONDITION, INVALID_ARGUMENT, UNIMPLEMENTED, NOT_FOUND, OUT_OF_RANGE, ALREADY_EXISTS -> true;
            default -> false;
        };
    }

    /** For messages: the code, and what was said. */
    String text() {
        return status.getCode() + (status.getDescription() == null ? "" : ": " + status.getDescription());
    }
}
