/* A payload that ends at once. */
#include "bare.h"

_Noreturn void start(long *stack) {
  (void)stack;
  end(0);
}
