package db

import "syscall"

// The kinds of file system that other machines may serve, by their number in
// statfs(2). FUSE may be local, but is as often sshfs or a cloud's bucket.
var networkKinds = map[uint32]string{
	0x6969: "NFS", 0x517b: "SMB", 0xff534d42: "CIFS", 0xfe534d42: "SMB 2", 0x65735546: "FUSE",
	0x5346414f: "AFS", 0x00c36400: "Ceph", 0x01021997: "9P", 0x7461636f: "OCFS2", 0x01161970: "GFS2",
}

// networkFileSystem names the kind of a folder's file system if other machines
// may serve it.
func networkFileSystem(folder string) string {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return "" // opening the database will say what is wrong
	}
	return networkKinds[uint32(s.Type)] //nolint:gosec // the numbers have 32 bits
}
