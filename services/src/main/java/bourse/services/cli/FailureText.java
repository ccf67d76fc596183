package bourse.services.cli;

import bourse.services.config.ConfigException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import java.io.IOException;

/** One line for a person from an exception: what, where, what to do. */
final class FailureText {
    private FailureText() {
    }

    static String of(final Throwable failure) {
        if (failure instanceof StatusRuntimeException status) {
            return ofStatus(status.getStatus());
        }
        if (failure instanceof CommandFailure || failure instanceof ConfigException) {
            return failure.getMessage();
        }
        final String message = failure.getMessage();
        if (failure instanceof IOException || message == null) {
            return failure.getClass().getSimpleName() + (message == null ? "" : ": " + message) + " (--debug shows where)";
        }
        return firstLine(message) + (failure instanceof IllegalArgumentException ? "" : " (--debug shows where)");
    }

    private static String ofStatus(final Status status) {
        final String description = status.getDescription() == null ? "" : ": " + firstLine(status.getDescription());
        final String advice = switch (status.getCode()) {
            case UNAVAILABLE -> "; is the venue running there? `bourse run` starts one, --address names another";
            case UNAUTHENTICATED -> "; mint a token with `bourse token --account N` and give it by --token or BOURSE_TOKEN";
            case PERMISSION_DENIED -> "; mint a token that carries the right (`bourse token --rights`)";
            case RESOURCE_EXHAUSTED -> "; slow down and try again";
            default -> "";
        };
        return "the venue answered " + status.getCode() + description + advice;
    }

    private static String firstLine(final String text) {
        final int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }
}
