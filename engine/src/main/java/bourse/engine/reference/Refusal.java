package bourse.engine.reference;

import bourse.sbe.engine.Field;
import bourse.sbe.engine.RejectReason;

/**
 * Why a command is refused.
 *
 * @param limit the bound that was broken, 0 where there is none
 * @param value the value that broke it
 */
record Refusal(RejectReason reason, Field field, long limit, long value) {
}
