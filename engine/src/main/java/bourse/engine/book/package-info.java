/**
 * The book's memory: layouts, pools, indices, ladders. No decisions. Hot path. Thread: engine. No allocation after start.
 *
 * <p>Everything is addressed absolutely in one {@link bourse.engine.book.BookMemory} (plain memory, or a file mapped
 * into it: the same code). Slots are named by 32-bit indices from 1; 0 = none. Addresses never leave the process, indices never leave
 * these packages.
 */
package bourse.engine.book;
