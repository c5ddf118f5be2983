/* What a game's headers may have defined before ours is read: the macros of Unreal Engine, of the
 * Windows headers, of X11 and of Qt that are known to break other libraries. Each expands to
 * something that does not parse, so that one use of its name is a compile error. */
#ifndef TDSAUTH_TESTS_HOSTILE_H
#define TDSAUTH_TESTS_HOSTILE_H

/* Unreal Engine */
#define check(...) @check@
#define checkf(...) @checkf@
#define checkSlow(...) @checkSlow@
#define verify(...) @verify@
#define verifyf(...) @verifyf@
#define ensure(...) @ensure@
#define ensureMsgf(...) @ensureMsgf@
#define unimplemented(...) @unimplemented@
#define TEXT(...) @TEXT@
#define LOCTEXT(...) @LOCTEXT@
#define UE_LOG(...) @UE_LOG@
#define PI @PI@
#define UI @UI@
#define FORCEINLINE @FORCEINLINE@
#define INLINE @INLINE@
#define PLATFORM_WINDOWS 0

/* windows.h and what it brings */
#define min(a, b) @min@
#define max(a, b) @max@
#define ERROR @ERROR@
#define NO_ERROR @NO_ERROR@
#define GetObject @GetObject@
#define GetMessage @GetMessage@
#define SendMessage @SendMessage@
#define CreateEvent @CreateEvent@
#define ReportEvent @ReportEvent@
#define GetCurrentTime @GetCurrentTime@
#define Yield @Yield@
#define DELETE @DELETE@
#define TIMEOUT @TIMEOUT@
#define STRICT @STRICT@
#define OPTIONAL @OPTIONAL@
#define IN @IN@
#define OUT @OUT@
#define CONST @CONST@
#define VOID @VOID@
#define TRUE @TRUE@
#define FALSE @FALSE@
#define interface @interface@
#define small @small@
#define near @near@
#define far @far@
#define cdecl @cdecl@
#define pascal @pascal@
#define OVERFLOW @OVERFLOW@
#define DOMAIN @DOMAIN@

/* X11 */
#define None @None@
#define Bool @Bool@
#define Status @Status@
#define Success @Success@
#define Always @Always@
#define True @True@
#define False @False@
#define Unsorted @Unsorted@

/* Qt, sys/sysmacros.h, and names that somebody always takes */
#define signals @signals@
#define slots @slots@
#define emit @emit@
#define foreach(...) @foreach@
#define major(...) @major@
#define minor(...) @minor@
#define error(...) @error@
#define fail(...) @fail@
#define debug_break(...) @debug_break@

#endif
