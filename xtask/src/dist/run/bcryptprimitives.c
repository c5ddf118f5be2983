/* Windows has this library; Wine before 8.14 has not, and Rust's standard library takes its random
 * numbers from it. For tests alone: it lies beside the suite and is packed nowhere. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID into, ULONG size);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE into, SIZE_T size) {
    return SystemFunction036(into, (ULONG)size);
}
