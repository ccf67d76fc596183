/** What {@code bourse status} says: each process asked for its health and metrics, put together to one venue, and judged. */
package bourse.services.status;
