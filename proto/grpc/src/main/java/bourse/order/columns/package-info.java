/** Columns of {@code bourse.order.v1} as the messages that they stand for. */
package bourse.order.columns;
