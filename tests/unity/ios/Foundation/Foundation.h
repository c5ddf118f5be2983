// As much of Apple's Foundation as TdsAuthWebView.mm names: enough to check its types, not to run.
#pragma once

typedef signed char BOOL;
#define YES __objc_yes
#define NO __objc_no
#define nil nullptr
#include <stddef.h>

typedef unsigned long NSUInteger;
typedef long NSInteger;
typedef NSUInteger NSStringEncoding;

#define NS_ENUM(type, name) enum name : type name; enum name : type

typedef NS_ENUM(NSInteger, NSComparisonResult) { NSOrderedAscending = -1L, NSOrderedSame,
                                                 NSOrderedDescending };

enum : NSStringEncoding { NSUTF8StringEncoding = 4 };

@protocol NSObject
@end

__attribute__((objc_root_class))
@interface NSObject <NSObject>
+ (instancetype)alloc;
- (instancetype)init;
- (id)copy;
@end

@interface NSData : NSObject
@property(readonly) NSUInteger length;
@property(readonly) const void *bytes;
@end

@interface NSString : NSObject
- (instancetype)initWithBytes:(const void *)bytes
                       length:(NSUInteger)length
                     encoding:(NSStringEncoding)encoding;
- (NSData *)dataUsingEncoding:(NSStringEncoding)encoding;
- (NSComparisonResult)caseInsensitiveCompare:(NSString *)other;
- (BOOL)isEqualToString:(NSString *)other;
@end

@interface NSURL : NSObject
@property(readonly, copy) NSString *scheme;
@property(readonly, copy) NSString *host;
@property(readonly, copy) NSString *path;
@property(readonly, copy) NSString *absoluteString;
+ (instancetype)URLWithString:(NSString *)text;
@end

@interface NSURLRequest : NSObject
@property(readonly, copy) NSURL *URL;
+ (instancetype)requestWithURL:(NSURL *)url;
@end
