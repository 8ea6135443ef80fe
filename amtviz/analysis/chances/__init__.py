"""What more trials bring, and which search would do better again: chances, checked by reruns."""
